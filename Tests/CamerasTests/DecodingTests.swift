import JPEG
import PNG
import Testing

@Suite("Decoding pictures")
struct DecodingTests {
    private let limit = 1 << 20

    private func jpeg(
        _ bytes: [UInt8], minimumSides: (longer: Int, shorter: Int)? = nil, limit: Int = 1 << 20
    ) throws -> (size: (width: Int, height: Int), pixels: [UInt8]) {
        var pixels: [UInt8] = []
        let size = try JPEGDecoder().decode(
            bytes.span, minimumSides: minimumSides, pixelLimit: limit, into: &pixels)
        return (size, pixels)
    }

    private func png(
        _ bytes: [UInt8], limit: Int = 1 << 20
    ) throws -> (size: (width: Int, height: Int), pixels: [UInt8]) {
        var decoder = PNGDecoder()
        var pixels: [UInt8] = []
        let size = try decoder.decode(bytes.span, pixelLimit: limit, into: &pixels)
        return (size, pixels)
    }

    @Test(
        "a JPEG picture has Pillow's levels within 2",
        arguments: ["scene.jpg", "progressive.jpg", "grey.jpg"])
    func jpegLevels(name: String) throws {
        let found = try jpeg(Fixture.bytes(name))
        #expect(found.size == Fixture.size)
        let expected = try Fixture.bytes(name + ".rgb")
        #expect(found.pixels.count == expected.count)
        #expect(Fixture.distance(found.pixels, expected) <= 2)
    }

    @Test(
        "a picture that is encoded and decoded again is nearly what it was, the better the larger the file"
    )
    func encoded() throws {
        let pixels = try Fixture.bytes("scene.jpg.rgb")
        var encoder = try JPEGEncoder()
        let files = try [20, 95].map { quality in
            try encoder.encode(
                pixels.span, width: Fixture.size.width, height: Fixture.size.height,
                quality: quality, halvesColour: false)
        }
        #expect(files[0].count < files[1].count && files[1].prefix(2) == [0xFF, 0xD8])
        let found = try files.map { try jpeg($0) }
        #expect(found.allSatisfy { $0.size == Fixture.size })
        let distances = found.map { Fixture.distance($0.pixels, pixels) }
        #expect(distances[1] < distances[0] && distances[1] < 40)
    }

    @Test(
        "a PNG picture has Pillow's levels exactly",
        arguments: ["scene.png", "palette.png", "grey.png", "opaque.png"])
    func pngLevels(name: String) throws {
        let found = try png(Fixture.bytes(name))
        #expect(found.size == Fixture.size)
        #expect(found.pixels == (try Fixture.bytes(name + ".rgb")))
    }

    @Test("a JPEG picture is reduced no further than asked for")
    func reduction() throws {
        let bytes = try Fixture.bytes("scene.jpg")
        #expect(try jpeg(bytes, minimumSides: (30, 1)).size == (30, 22))
        #expect(try jpeg(bytes, minimumSides: (31, 1)).size == (60, 44))
        #expect(try jpeg(bytes, minimumSides: (15, 12)).size == (30, 22))
        #expect(try jpeg(bytes, minimumSides: (8, 6)).size == (8, 6))
    }

    @Test("zeros after the end are ignored, a JPEG or a PNG")
    func padding() throws {
        let zeros = [UInt8](repeating: 0, count: 300)
        let padded = try jpeg(Fixture.bytes("scene.jpg") + zeros)
        #expect(padded.pixels == (try jpeg(Fixture.bytes("scene.jpg")).pixels))
        #expect(
            try png(Fixture.bytes("scene.png") + zeros).pixels == Fixture.bytes("scene.png.rgb"))
    }

    @Test("the limit of pixels is checked by the header, and named")
    func limits() throws {
        let fileJPEG = try Fixture.bytes("scene.jpg")
        let filePNG = try Fixture.bytes("scene.png")
        let first = #expect(throws: JPEGError.self) { try jpeg(fileJPEG, limit: 2639) }
        #expect(first?.code == .tooManyPixels)
        #expect(first?.message == "the header states 60 x 44 pixels, the limit is 2639")
        let second = #expect(throws: PNGError.self) { try png(filePNG, limit: 2639) }
        #expect(second?.code == .tooManyPixels)
        #expect(try jpeg(fileJPEG, limit: 2640).size == Fixture.size)
    }

    @Test("pictures that are no camera's are refused by name")
    func refusals() throws {
        let inks = try Fixture.bytes("inks.jpg")
        #expect(throws: JPEGError.self) { try jpeg(inks) }
        let depth = try Fixture.bytes("depth.png")
        #expect(#expect(throws: PNGError.self) { try png(depth) }?.code == .sixteenBitsUnsupported)
        let transparent = try Fixture.bytes("transparent.png")
        let error = #expect(throws: PNGError.self) { try png(transparent) }
        #expect(error?.code == .transparencyUnsupported)
        #expect(error?.message.contains("pixel 1230 has opacity 100 of 255") == true)
        let grey = try Fixture.bytes("grey.png")
        #expect(#expect(throws: JPEGError.self) { try jpeg(grey) }?.code == .headerUnreadable)
        #expect(#expect(throws: PNGError.self) { try png(inks) }?.code == .chunksDamaged)
    }

    @Test("a file cut short anywhere is an error", arguments: ["scene.jpg", "progressive.jpg"])
    func truncatedJPEG(name: String) throws {
        let bytes = try Fixture.bytes(name)
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: JPEGError.self, "\(count)") { try jpeg(Array(bytes[..<count])) }
        }
    }

    @Test("a PNG file cut short anywhere is an error")
    func truncatedPNG() throws {
        let bytes = try Fixture.bytes("scene.png")
        for count in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: PNGError.self, "\(count)") { try png(Array(bytes[..<count])) }
        }
    }

    @Test("a flipped bit gives a picture of bounded size or an error in JPEG, an error in PNG")
    func flippedBits() throws {
        let fileJPEG = try Fixture.bytes("progressive.jpg")
        for index in fileJPEG.indices {
            var bytes = fileJPEG
            bytes[index] ^= 1 << UInt8(index % 8)
            do {
                let found = try jpeg(bytes)
                #expect(found.pixels.count == found.size.width * found.size.height * 3)
            } catch { #expect(error is JPEGError) }
        }
        let filePNG = try Fixture.bytes("grey.png")
        for index in filePNG.indices {
            var bytes = filePNG
            bytes[index] ^= 1 << UInt8(index % 8)
            #expect(throws: PNGError.self) { try png(bytes) }
        }
    }
}
