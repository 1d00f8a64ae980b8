/// Which part of a decoded picture becomes a picture of which size.
struct Window: Equatable {
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    let target: PictureSize

    init(of size: PictureSize, fit: PictureLayout.Fit, side: Int, draw: Augmentation.Draw?) {
        let share = draw?.share ?? 1
        let (full, across) = (Double(size.width), Double(size.width) * share)
        let (tall, down) = (Double(size.height), Double(size.height) * share)
        let (left, top) = ((draw?.left ?? 0) * full, (draw?.top ?? 0) * tall)
        switch fit {
        case .pad:
            let ratio = max(full, tall) / Double(side)
            target = PictureSize(
                width: max(1, Int(full / ratio)), height: max(1, Int(tall / ratio)))
            (self.left, self.top, width, height) = (left, top, across, down)
        case .cover:
            let part = min(across, down)
            target = PictureSize(width: side, height: side)
            (self.left, self.top) = (left + (across - part) / 2, top + (down - part) / 2)
            (width, height) = (part, part)
        }
    }
}
