private import Tensors

/// Random changes of training pictures: what a policy should not depend on.
package struct Augmentation: Hashable, Sendable {
    /// Along each side, the share of the picture that a random crop keeps; 1 keeps all.
    package let cropShare: Double
    /// Brightness is multiplied by 1 - this to 1 + this.
    package let brightness: Double
    /// As brightness, the distance from the picture's mean grey.
    package let contrast: Double
    /// As brightness, the distance from each pixel's grey.
    package let saturation: Double

    /// The defaults are openpi's (Physical Intelligence, 2025): 0.95; 0.3, 0.4, 0.5.
    ///
    /// openpi does not crop the pictures of cameras on the wrist: give 1 for those.
    package init(
        cropShare: Double = 0.95, brightness: Double = 0.3, contrast: Double = 0.4,
        saturation: Double = 0.5
    ) {
        precondition(cropShare > 0 && cropShare <= 1, "a crop of \(cropShare) of the picture")
        precondition(
            [brightness, contrast, saturation].allSatisfy { (0...1).contains($0) },
            "ranges \(brightness), \(contrast), \(saturation) are not within 0...1")
        self.cropShare = cropShare
        self.brightness = brightness
        self.contrast = contrast
        self.saturation = saturation
    }

    /// Which frame of a training run; the same place gets the same changes.
    package struct Place: Hashable, Sendable {
        package let seed: UInt64
        package let step: Int
        package let sample: Int
        package let camera: Int

        package init(seed: UInt64, step: Int, sample: Int, camera: Int) {
            self.seed = seed
            self.step = step
            self.sample = sample
            self.camera = camera
        }
    }

    /// The changes of one frame.
    package struct Draw: Equatable, Sendable {
        /// Left edge of the crop, 0 to 1 - share, of the width.
        package let left: Double
        /// Upper edge of the crop, of the height.
        package let top: Double
        package let share: Double
        package let brightness: Float
        package let contrast: Float
        package let saturation: Float
    }

    /// The changes at `place`: a function of it alone.
    package func draw(at place: Place) -> Draw {
        // Counters of other purposes have their top byte below 128 (CounterRandom.Purpose).
        let high = 0xCA << 56 | UInt64(place.step) << 28 | UInt64(place.sample)
        let numbers = (0..<2).flatMap { group in
            CounterRandom.words(
                key: place.seed, counter: (UInt64(place.camera) << 8 | UInt64(group), high))
        }.map { Double($0) * 0x1p-32 }
        func factor(_ range: Double, _ number: Double) -> Float {
            Float(1 + range * (2 * number - 1))
        }
        return Draw(
            left: numbers[0] * (1 - cropShare), top: numbers[1] * (1 - cropShare),
            share: cropShare, brightness: factor(brightness, numbers[2]),
            contrast: factor(contrast, numbers[3]), saturation: factor(saturation, numbers[4]))
    }
}
