/// What the network takes from every camera: square pictures, cut into square patches.
package struct PictureLayout: Hashable, Sendable {
    /// How a picture that is not square becomes one.
    package enum Fit: Sendable {
        /// Shrink until all of it is inside, centre it, black around it; keeps every pixel.
        case pad
        /// Shrink until it covers the square, cut off what is left and right, or above and below.
        case cover
    }

    /// Pixels along a side of the network's picture.
    package let side: Int
    /// Pixels along a side of a patch.
    package let patchSide: Int
    package let fit: Fit
    /// Frames with more pixels are refused before anything is allocated for them.
    package let pixelLimit: Int

    /// The limit of 2^24 pixels, 50 MB decoded, is beyond every robot's camera.
    ///
    /// - Precondition: `side` is a multiple of `patchSide`.
    package init(side: Int, patchSide: Int, fit: Fit = .pad, pixelLimit: Int = 1 << 24) {
        precondition(
            patchSide > 0 && side > 0 && side % patchSide == 0,
            "patches of \(patchSide) do not tile a picture of \(side)")
        self.side = side
        self.patchSide = patchSide
        self.fit = fit
        self.pixelLimit = pixelLimit
    }

    /// Patches of one picture.
    package var patchCount: Int { (side / patchSide) * (side / patchSide) }
    /// Numbers of one patch.
    package var patchWidth: Int { patchSide * patchSide * 3 }
    /// Numbers of one picture.
    package var valueCount: Int { patchCount * patchWidth }
}
