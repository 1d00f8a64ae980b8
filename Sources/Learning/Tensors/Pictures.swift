private import CKernels

/// Loops over the pixels of pictures: red, green, blue side by side, levels 0 to 255.
package enum Pictures {
    /// The weighted sum of rows `rows` of `pixels`, whose rows have `rowLength` levels each.
    ///
    /// `weights` holds a weight a row. The sums of levels `levels` of each row become the start of
    /// `sums`.
    package static func blendRows(
        of pixels: [UInt8], rowLength: Int, rows: Range<Int>, levels: Range<Int>,
        weights: ArraySlice<Float>, into sums: inout [Float]
    ) {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound * rowLength <= pixels.count
                && levels.lowerBound >= 0 && levels.upperBound <= rowLength
                && weights.count == rows.count && sums.count >= levels.count,
            "rows \(rows) of \(rowLength) in \(pixels.count) levels, \(weights.count) weights")
        let offset = rows.lowerBound * rowLength + levels.lowerBound
        // Sound: the precondition has checked every extent.
        unsafe pixels.withUnsafeBufferPointer { pixels in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    guard let source = pixels.baseAddress else { return }
                    unsafe ck_blend_rows(
                        source + offset, rowLength, weights.baseAddress, weights.count,
                        sums.baseAddress, levels.count)
                }
            }
        }
    }

    /// Pixel x of the result is the sum of the pixels from `first[x]` on, times their weights.
    ///
    /// `weights` holds `first.count` rows of equally many weights; the result's pixels begin at
    /// level `offset` of `pixels`.
    package static func resizeRow(
        _ row: [Float], first: [Int], weights: [Float], into pixels: inout [Float], at offset: Int
    ) {
        let taps = first.isEmpty ? 0 : weights.count / first.count
        precondition(
            weights.count == taps * first.count && offset >= 0
                && offset + 3 * first.count <= pixels.count
                && first.allSatisfy { $0 >= 0 && 3 * ($0 + taps) <= row.count },
            "\(weights.count) weights, \(first.count) pixels at \(offset) of \(pixels.count)")
        // Sound: the precondition has checked every extent.
        unsafe pixels.withUnsafeMutableBufferPointer { pixels in
            guard let target = pixels.baseAddress else { return }
            unsafe ck_resize_row(row, first, weights, taps, target + offset, first.count)
        }
    }

    /// Multiplies brightness, then contrast about the picture's mean grey, then saturation.
    ///
    /// Levels are clamped to 0...255 after each; 1 leaves a picture as it is. Grey is
    /// 0.299 red + 0.587 green + 0.114 blue.
    package static func jitterColours(
        of pixels: inout [Float], brightness: Float, contrast: Float, saturation: Float
    ) {
        unsafe ck_jitter_colours(&pixels, pixels.count / 3, brightness, contrast, saturation)
    }

    /// Cuts a square picture into square patches and scales levels to [-1, 1].
    ///
    /// The layout is patch row, patch column, pixel row, pixel column, colour, from `offset` on.
    package static func patches(
        of pixels: [Float], side: Int, patchSide: Int, into patches: inout [Float], at offset: Int
    ) {
        precondition(
            patchSide > 0 && side % patchSide == 0 && pixels.count == side * side * 3
                && offset >= 0 && offset + pixels.count <= patches.count,
            "\(pixels.count) levels of side \(side), patches of \(patchSide), at \(offset) of "
                + "\(patches.count)")
        // Sound: the precondition has checked every extent.
        unsafe patches.withUnsafeMutableBufferPointer { patches in
            guard let target = patches.baseAddress else { return }
            unsafe ck_patches(pixels, side, patchSide, target + offset)
        }
    }

    /// Swaps the first and the third of every three levels, `pixelCount` times.
    package static func swapRedAndBlue(of pixels: inout [UInt8], pixelCount: Int) {
        precondition(pixelCount * 3 <= pixels.count, "\(pixelCount) pixels in \(pixels.count)")
        unsafe ck_swap_red_blue(&pixels, pixelCount)
    }
}
