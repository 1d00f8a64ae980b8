internal import Episodes
internal import HDF5

/// The datasets below one group, found without following any link out of the file.
struct EpisodeArrays {
    /// Datasets that are kept, by their path below the group, in the order of the names.
    private(set) var datasets: [(name: String, dataset: HDF5Dataset)] = []
    /// Datasets that are not kept, by their path, with the reason.
    private(set) var skipped: [String: String] = [:]
    /// What was odd.
    private(set) var warnings: [String] = []
    /// Address of each group, by its path.
    private(set) var addresses: [String: UInt64] = [:]

    /// What the episode is called in messages.
    private let label: String
    private let byteLimit: Int
    private var byteCount = 0
    private var objectCount = 0

    /// Hard links can multiply what is found without any bytes in the file.
    private static let objectLimit = 4096
    private static let depthLimit = 16

    /// Finds all datasets below `group`.
    ///
    /// - Throws: ``EpisodeRejection`` for a link that leaves the file, a name that is not clean, a
    ///   dataset that lies elsewhere, or more bytes than the limit.
    init(below group: HDF5Group, label: String, byteLimit: Int) throws(EpisodeRejection) {
        self.label = label
        self.byteLimit = byteLimit
        try collect(group, prefix: "", ancestors: [group.address])
    }

    /// Reads all datasets.
    ///
    /// - Throws: ``EpisodeRejection`` naming the one that cannot be read.
    func read() throws(EpisodeRejection) -> [EpisodeArray] {
        var arrays: [EpisodeArray] = []
        arrays.reserveCapacity(datasets.count)
        for (name, dataset) in datasets {
            guard let type = dataset.elementType, let shape = dataset.shape else { continue }
            do {
                arrays.append(
                    EpisodeArray(
                        name: name, elementType: ElementType(type), shape: shape,
                        bytes: try dataset.read()))
            } catch {
                throw unreadable(name, error)
            }
        }
        return arrays
    }

    private mutating func collect(
        _ group: HDF5Group, prefix: String, ancestors: [UInt64]
    ) throws(EpisodeRejection) {
        guard ancestors.count <= Self.depthLimit else {
            throw EpisodeRejection(
                .tooLarge, "\(label): groups are nested deeper than \(Self.depthLimit)")
        }
        for link in try links(of: group, prefix) {
            let name = prefix + link.name
            try check(link, name)
            switch try member(link.name, of: group, name) {
            case .group(let child) where ancestors.contains(child.address):
                warnings.append("\(label): \(name) links back to a group around it; not followed")
            case .group(let child):
                addresses[name] = child.address
                try collect(child, prefix: name + "/", ancestors: ancestors + [child.address])
            case .dataset(let dataset):
                try add(dataset, name)
            case .other:
                skip(name, "it is no dataset")
            }
        }
    }

    private mutating func add(_ dataset: HDF5Dataset, _ name: String) throws(EpisodeRejection) {
        guard dataset.storage == .inFile else {
            throw EpisodeRejection(
                .linkRefused,
                "\(label): \(name) keeps its values in other files (\(dataset.storage.rawValue)); "
                    + "episodes must be whole: write it again without external storage")
        }
        guard dataset.elementType != nil else {
            return skip(name, "its elements are of type \(dataset.typeName)")
        }
        guard let shape = dataset.shape else { return skip(name, "it is empty") }
        guard !shape.isEmpty else { return skip(name, "it is a scalar") }
        guard let size = dataset.byteCount, size <= byteLimit - byteCount else {
            throw EpisodeRejection(
                .tooLarge,
                "\(label): with \(name) of shape \(shape) the episode has more than "
                    + "\(byteLimit) bytes; raise episodeByteLimit if that is right")
        }
        byteCount += size
        datasets.append((name, dataset))
    }

    private mutating func skip(_ name: String, _ reason: String) {
        skipped[name] = reason
        warnings.append("\(label): \(name) is not kept: \(reason)")
    }

    private mutating func check(_ link: HDF5Link, _ name: String) throws(EpisodeRejection) {
        objectCount += 1
        guard objectCount <= Self.objectLimit else {
            throw EpisodeRejection(
                .tooLarge, "\(label): it has more than \(Self.objectLimit) objects")
        }
        guard link.name.isClean else {
            throw EpisodeRejection(
                .nameRefused,
                "\(label): the name \(name.debugDescription) is refused; names "
                    + "have no control characters, no '/', and are not '.' or '..'")
        }
        guard link.kind == .hard || link.kind == .soft else {
            throw EpisodeRejection(
                .linkRefused,
                "\(label): \(name) is an \(link.kind.rawValue) link, which is never followed; "
                    + "write the values into the file itself")
        }
    }

    private func links(
        of group: HDF5Group, _ prefix: String
    ) throws(EpisodeRejection) -> [HDF5Link] {
        do { return try group.links() } catch { throw unreadable(prefix, error) }
    }

    private func member(
        _ link: String, of group: HDF5Group, _ name: String
    ) throws(EpisodeRejection) -> HDF5Member {
        do { return try group.member(link) } catch { throw unreadable(name, error) }
    }

    private func unreadable(_ name: String, _ error: HDF5Error) -> EpisodeRejection {
        EpisodeRejection(
            .arrayUnreadable, "\(label): \(name) cannot be read: \(error.reason)")
    }
}

extension String {
    /// Whether the text is fit to name an array or an episode.
    var isClean: Bool {
        !isEmpty && self != "." && self != ".." && utf8.count <= 255
            && utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "/") }
            && !unicodeScalars.contains("\u{FFFD}")
    }
}

extension ElementType {
    init(_ type: HDF5ElementType) {
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
