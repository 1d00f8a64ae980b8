#if LeRobot
private import CArrow

extension ParquetElement {
    private static let kinds: [(ParquetElement, UInt32)] = [
        (.bool, CARROW_BOOL.rawValue), (.uint8, CARROW_UINT8.rawValue),
        (.int8, CARROW_INT8.rawValue), (.uint16, CARROW_UINT16.rawValue),
        (.int16, CARROW_INT16.rawValue), (.uint32, CARROW_UINT32.rawValue),
        (.int32, CARROW_INT32.rawValue), (.uint64, CARROW_UINT64.rawValue),
        (.int64, CARROW_INT64.rawValue), (.float16, CARROW_FLOAT16.rawValue),
        (.float32, CARROW_FLOAT32.rawValue), (.float64, CARROW_FLOAT64.rawValue),
        (.text, CARROW_TEXT.rawValue), (.binary, CARROW_BINARY.rawValue),
        (.picture, CARROW_PICTURE.rawValue),
    ]

    /// The element of the C library's number for it.
    init(kind: UInt32) {
        self = Self.kinds.first { $0.1 == kind }?.0 ?? .other
    }

    /// The C library's number.
    var kind: UInt32 { Self.kinds.first { $0.0 == self }?.1 ?? CARROW_OTHER.rawValue }
}
#endif
