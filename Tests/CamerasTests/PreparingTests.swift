import Cameras
import Testing

@Suite("Preparing frames")
struct PreparingTests {
    private let size = PictureSize(width: 60, height: 44)

    private func scene() throws -> CameraFrame {
        CameraFrame(bytes: try Fixture.bytes("scene.png")[...], encoding: .png)
    }

    private func prepared(
        _ frame: CameraFrame, _ layout: PictureLayout, draw: Augmentation.Draw? = nil
    ) throws -> [Float] {
        var preparer = PicturePreparer(layout: layout, decoder: try LocalDecoder())
        var values = [Float](repeating: .nan, count: layout.valueCount)
        try preparer.prepare(frame, named: "frame", draw: draw, into: &values, at: 0)
        return values
    }

    /// Levels again, in the order of rows: the inverse of patches of the whole side.
    private func levels(_ values: [Float]) -> [Float] { values.map { ($0 + 1) * 127.5 } }

    @Test("a shrunk picture has Pillow's levels within 1, in the middle of black")
    func padded() throws {
        let values = levels(try prepared(scene(), PictureLayout(side: 24, patchSide: 24)))
        let expected = try Fixture.bytes("resized-24-17.rgb")
        for row in 0..<24 {
            for level in 0..<72 {
                let found = values[row * 72 + level]
                let inside = row >= 3 && row < 20
                let wanted = inside ? Float(expected[(row - 3) * 72 + level]) : 0
                #expect(abs(found - wanted) <= (inside ? 1 : 0.001), "row \(row), \(level)")
            }
        }
    }

    @Test("an enlarged picture has Pillow's levels within 1")
    func enlarged() throws {
        let values = levels(try prepared(scene(), PictureLayout(side: 90, patchSide: 90)))
        let expected = try Fixture.bytes("resized-90-66.rgb")
        let middle = values[(12 * 270)..<(78 * 270)]
        let worst = zip(middle, expected).map { abs($0.rounded() - Float($1)) }.max() ?? 0
        #expect(worst <= 1)
        #expect(values[..<(12 * 270)].allSatisfy { abs($0) < 0.001 })
    }

    @Test("covering takes the middle square, as Pillow does with a box")
    func covered() throws {
        let layout = PictureLayout(side: 24, patchSide: 24, fit: .cover)
        let values = levels(try prepared(scene(), layout))
        let expected = try Fixture.bytes("cropped-24-24.rgb")
        #expect(zip(values, expected).allSatisfy { abs($0 - Float($1)) <= 1 })
    }

    @Test("patches are patch row, patch column, pixel row, pixel column, colour")
    func patchLayout() throws {
        let raw = (0..<(4 * 4 * 3)).map { UInt8($0) }
        let frame = CameraFrame(
            bytes: raw[...], encoding: .raw(PictureSize(width: 4, height: 4)))
        let values = try prepared(frame, PictureLayout(side: 4, patchSide: 2))
        for (index, value) in values.enumerated() {
            let (patch, inside) = (index / 12, index % 12)
            let row = patch / 2 * 2 + inside / 6
            let column = patch % 2 * 2 + inside % 6 / 3
            let level = Float(raw[(row * 4 + column) * 3 + index % 3])
            #expect(abs(value - (level / 127.5 - 1)) < 1e-5)
        }
    }

    @Test("blue first is swapped")
    func swapped() throws {
        let frame = CameraFrame(
            bytes: [255, 51, 0], encoding: .raw(PictureSize(width: 1, height: 1)),
            colourOrder: .blueFirst)
        let values = try prepared(frame, PictureLayout(side: 1, patchSide: 1))
        #expect(zip(values, [-1, -0.6, 1]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("a picture is the same after a larger one, and after a smaller one")
    func reuse() throws {
        let layout = PictureLayout(side: 16, patchSide: 8)
        var preparer = PicturePreparer(layout: layout, decoder: try LocalDecoder())
        let small = CameraFrame(
            bytes: [9, 8, 7, 6, 5, 4], encoding: .raw(PictureSize(width: 1, height: 2)))
        for frame in [small, try scene(), small, try scene()] {
            var values = [Float](repeating: .nan, count: layout.valueCount)
            try preparer.prepare(frame, named: "frame", into: &values, at: 0)
            #expect(values == (try prepared(frame, layout)))
        }
    }

    @Test("the same place changes a picture the same way, another place another")
    func determinism() throws {
        let layout = PictureLayout(side: 24, patchSide: 8)
        let augmentation = Augmentation()
        func at(_ seed: UInt64, _ step: Int, _ sample: Int, _ camera: Int) throws -> [Float] {
            let place = Augmentation.Place(seed: seed, step: step, sample: sample, camera: camera)
            return try prepared(scene(), layout, draw: augmentation.draw(at: place))
        }
        let first = try at(1, 2, 3, 0)
        #expect(try at(1, 2, 3, 0) == first)
        for other in [
            try at(2, 2, 3, 0), try at(1, 3, 3, 0), try at(1, 2, 4, 0), try at(1, 2, 3, 1),
        ] {
            #expect(other != first)
            #expect(other.allSatisfy { $0 >= -1 && $0 <= 1 })
        }
    }

    @Test("draws stay in their ranges and fill them")
    func ranges() {
        let draws = (0..<2000).map {
            Augmentation().draw(at: .init(seed: 5, step: $0, sample: 0, camera: 0))
        }
        func check(_ values: [Double], _ range: ClosedRange<Double>) {
            let width = range.upperBound - range.lowerBound
            #expect(values.allSatisfy { range.lowerBound - 1e-6...range.upperBound + 1e-6 ~= $0 })
            #expect((values.min() ?? 0) < range.lowerBound + width / 50)
            #expect((values.max() ?? 0) > range.upperBound - width / 50)
        }
        check(draws.map(\.left), 0...0.05)
        check(draws.map(\.top), 0...0.05)
        check(draws.map { Double($0.brightness) }, 0.7...1.3)
        check(draws.map { Double($0.contrast) }, 0.6...1.4)
        check(draws.map { Double($0.saturation) }, 0.5...1.5)
    }

    @Test("an error names the frame, what was found and what was expected")
    func errors() throws {
        let layout = PictureLayout(side: 4, patchSide: 2, pixelLimit: 100)
        var preparer = PicturePreparer(layout: layout, decoder: try LocalDecoder())
        var values = [Float](repeating: 0, count: layout.valueCount)
        func message(_ frame: CameraFrame) -> String? {
            #expect(throws: CameraError.self) {
                try preparer.prepare(
                    frame, named: "episode 3, step 12, camera top", into: &values, at: 0)
            }?.description
        }
        #expect(
            message(CameraFrame(bytes: [1], encoding: .raw(.init(width: 2, height: 2))))
                == "episode 3, step 12, camera top: a raw frame of 2 x 2 pixels has 1 bytes, "
                + "expected 2 * 2 * 3; check the camera's shape in the recording")
        #expect(
            message(CameraFrame(bytes: [], encoding: .raw(.init(width: 0, height: 2)))) != nil)
        #expect(message(CameraFrame(bytes: [], encoding: .jpeg)) != nil)
        #expect(
            message(CameraFrame(bytes: [], encoding: .raw(.init(width: 1 << 40, height: 1 << 40))))?
                .contains("the limit is 100") == true)
        #expect(message(try scene())?.contains("60 x 44 pixels, the limit is 100") == true)
    }
}
