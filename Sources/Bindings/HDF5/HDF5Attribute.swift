private import CHDF5

/// The value of an attribute; a scalar is a list of one.
package enum HDF5Attribute: Equatable, Sendable {
    case texts([String])
    case integers([Int])
    case numbers([Double])
    case flags([Bool])
    /// A type that is not read, named for messages.
    case other(String)

    /// The first text, if the value is text.
    package var text: String? {
        guard case .texts(let texts) = self else { return nil }
        return texts.first
    }

    /// The first integer, if the value is integers.
    package var integer: Int? {
        guard case .integers(let values) = self else { return nil }
        return values.first
    }

    /// The first number, if the value is integers or numbers.
    package var number: Double? {
        switch self {
        case .integers(let values): values.first.map(Double.init)
        case .numbers(let values): values.first
        default: nil
        }
    }

    /// The first value as a truth value, if it is a flag or the integer or number 0 or 1.
    package var flag: Bool? {
        if case .flags(let values) = self { return values.first }
        return number.flatMap { $0 == 0 ? false : $0 == 1 ? true : nil }
    }

    /// Attributes with more values than this are not read.
    private static let countLimit = 65536

    static func names(of object: Int64, path: String) throws(HDF5Error) -> [String] {
        final class Box { var names: [String] = [] }
        let box = Box()
        try HDF5Library.locked { () throws(HDF5Error) in
            var index: UInt64 = 0
            // Sound: the library calls back before it returns, while `box` is alive.
            let status = unsafe H5Aiterate2(
                object, H5_INDEX_NAME, H5_ITER_NATIVE, &index,
                { _, name, _, context in
                    guard let name = unsafe name, let context = unsafe context else { return -1 }
                    let box = unsafe Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
                    box.names.append(unsafe String(cString: name))
                    return 0
                }, Unmanaged.passUnretained(box).toOpaque())
            guard status >= 0 else { throw HDF5Error(.readAttribute, path: "names of \(path)") }
        }
        return box.names.sorted()
    }

    static func read(
        _ name: String, of object: Int64, path: String
    ) throws(HDF5Error) -> HDF5Attribute {
        try HDF5Library.locked { () throws(HDF5Error) -> HDF5Attribute in
            let failure = { HDF5Error(.readAttribute, path: "\(path)@\(name)") }
            let attribute = unsafe H5Aopen(object, name, chdf5_default())
            guard attribute >= 0 else { throw failure() }
            defer { H5Aclose(attribute) }
            let type = H5Aget_type(attribute)
            guard type >= 0 else { throw failure() }
            defer { H5Idec_ref(type) }
            let space = H5Aget_space(attribute)
            guard space >= 0 else { throw failure() }
            defer { H5Sclose(space) }
            let count = Int(H5Sget_simple_extent_npoints(space))
            guard count > 0 else { return .other("empty") }
            guard count <= countLimit else { return .other("\(count) values") }
            guard let value = values(attribute, type: type, space: space, count: count) else {
                throw failure()
            }
            return value
        }
    }

    /// The values, or nil where the library fails.
    private static func values(
        _ attribute: Int64, type: Int64, space: Int64, count: Int
    ) -> HDF5Attribute? {
        switch H5Tget_class(type) {
        case H5T_STRING:
            return unsafe HDF5Text.read(type: type, space: space, count: count) {
                unsafe H5Aread(attribute, $0, $1)
            }.map(HDF5Attribute.texts)
        case H5T_INTEGER:
            var values = [Int](repeating: 0, count: count)
            let status = unsafe H5Aread(attribute, chdf5_native_int64(), &values)
            return status >= 0 ? .integers(values) : nil
        case H5T_FLOAT:
            var values = [Double](repeating: 0, count: count)
            let status = unsafe H5Aread(attribute, chdf5_native_double(), &values)
            return status >= 0 ? .numbers(values) : nil
        case H5T_ENUM where HDF5ElementType(type) == .bool:
            var values = [UInt8](repeating: 0, count: count)
            let status = unsafe H5Aread(attribute, type, &values)
            return status >= 0 ? .flags(values.map { $0 != 0 }) : nil
        default:
            return .other(HDF5ElementType.name(of: type))
        }
    }
}
