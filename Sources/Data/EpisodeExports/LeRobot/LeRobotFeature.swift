#if LeRobot
internal import Arrow
internal import Cameras
internal import Episodes

/// What `meta/info.json` says of one column.
struct LeRobotFeature: Hashable, Encodable {
    /// `float32`, `int64`, `image` and so on.
    let dtype: String
    /// Of one step.
    let shape: [Int]
    /// Names of the elements.
    let names: [String]?

    private enum CodingKeys: String, CodingKey { case dtype, shape, names }

    /// Writes null for names that there are none of: lerobot asks for the key.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(dtype, forKey: .dtype)
        try container.encode(shape, forKey: .shape)
        try container.encode(names, forKey: .names)
    }
}

extension LeRobotFeature {
    /// Of pictures, wherever they are kept.
    fileprivate init(dtype: String, pictures size: PictureSize) {
        self.init(
            dtype: dtype, shape: [size.height, size.width, 3],
            names: ["height", "width", "channels"])
    }
}

/// One column of a dataset, and its values in one episode.
struct LeRobotColumn {
    let field: ParquetField
    let feature: LeRobotFeature
    let values: ParquetValues
    /// Of each element of a row; of red, green and blue for pictures.
    let moments: [Moments]

    /// Numbers, one row a step.
    ///
    /// - Precondition: the array has one or two extents, and at least one element a row.
    init(_ array: EpisodeArray, names: [String]? = nil) {
        let width = array.rowWidth
        let element = ParquetElement(array.elementType)
        field = ParquetField(array.name, element, width: width == 1 ? nil : width)
        feature = LeRobotFeature(dtype: "\(element)", shape: [width], names: names)
        values = .numbers(array.bytes)
        var moments = [Moments](repeating: Moments(), count: width)
        for (index, number) in array.doubles().enumerated() { moments[index % width].add(number) }
        self.moments = moments
    }

    /// Pictures, one file a step.
    init(_ name: String, pictures: PictureFiles) {
        field = ParquetField(name, .picture)
        feature = LeRobotFeature(dtype: "image", pictures: pictures.size)
        values = .binaries(pictures.files)
        moments = pictures.moments
    }
}

/// A camera that is kept as a video beside the Parquet files, and what it saw in one episode.
struct LeRobotVideo {
    let name: String
    let feature: LeRobotFeature
    /// An MP4 file, whose first frame is shown at 0 s.
    let file: [UInt8]
    /// Of red, green and blue.
    let moments: [Moments]

    init(_ name: String, pictures: VideoPictures) {
        self.name = name
        feature = LeRobotFeature(dtype: "video", pictures: pictures.size)
        file = pictures.file
        moments = pictures.moments
    }
}

extension ParquetElement {
    fileprivate init(_ type: ElementType) {
        self =
            switch type {
            case .bool: .bool
            case .uint8: .uint8
            case .int8: .int8
            case .uint16: .uint16
            case .int16: .int16
            case .uint32: .uint32
            case .int32: .int32
            case .uint64: .uint64
            case .int64: .int64
            case .float16: .float16
            case .float32: .float32
            case .float64: .float64
            }
    }
}
#endif
