private import CHDF5

/// One name in a group, and what it is.
package struct HDF5Link: Hashable, Sendable {
    package enum Kind: String, Sendable { case hard, soft, external, userDefined }

    package let name: String
    package let kind: Kind
}

/// What a link leads to.
package enum HDF5Member {
    case group(HDF5Group)
    case dataset(HDF5Dataset)
    /// A named type, or a kind of object of a later version.
    case other
}

/// A group that is open for reading.
package final class HDF5Group {
    /// The file that the group lies in, kept open.
    package let file: HDF5File
    /// Where the group lies in its file.
    package let path: String
    /// Says which group this is, however it was reached.
    package let address: UInt64
    let handle: HDF5Handle
    /// What ``keepsFindings`` has kept.
    private var foundLinks: [HDF5Link]?
    private var foundMembers: [String: HDF5Member] = [:]

    /// Whether links and members are looked up once, and members kept open with the group.
    package var keepsFindings = false {
        didSet {
            foundLinks = nil
            foundMembers = [:]
        }
    }

    init(takingOwnershipOf id: Int64, file: HDF5File, path: String, address: UInt64) {
        self.handle = HDF5Handle(takingOwnershipOf: id)
        self.file = file
        self.path = path
        self.address = address
    }

    /// All links, sorted by name.
    ///
    /// - Throws: ``HDF5Error``.
    package func links() throws(HDF5Error) -> [HDF5Link] {
        if let foundLinks { return foundLinks }
        let links = try listLinks()
        if keepsFindings { foundLinks = links }
        return links
    }

    private func listLinks() throws(HDF5Error) -> [HDF5Link] {
        final class Box { var links: [HDF5Link] = [] }
        let box = Box()
        try HDF5Library.locked { () throws(HDF5Error) in
            // Sound: the library calls back before it returns, while `box` is alive.
            let status = unsafe chdf5_iterate_links(
                handle.id,
                { _, name, information, context in
                    guard let name = unsafe name, let information = unsafe information,
                        let context = unsafe context
                    else { return -1 }
                    let box = unsafe Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
                    let kind = unsafe HDF5Group.kind(information.pointee.type)
                    box.links.append(HDF5Link(name: unsafe String(cString: name), kind: kind))
                    return 0
                }, Unmanaged.passUnretained(box).toOpaque())
            guard status >= 0 else { throw HDF5Error(.listLinks, path: path) }
        }
        return box.links.sorted { $0.name < $1.name }
    }

    /// What the link of that name leads to; an external link is refused.
    ///
    /// - Throws: ``HDF5Error``.
    package func member(_ name: String) throws(HDF5Error) -> HDF5Member {
        if let found = foundMembers[name] { return found }
        let member = try open(name)
        if keepsFindings { foundMembers[name] = member }
        return member
    }

    private func open(_ name: String) throws(HDF5Error) -> HDF5Member {
        let path = path(of: name)
        return try HDF5Library.locked { () throws(HDF5Error) -> HDF5Member in
            let id = unsafe H5Oopen(handle.id, name, HDF5Library.linkAccess)
            guard id >= 0 else { throw HDF5Error(.openObject, path: path) }
            switch H5Iget_type(id) {
            case H5I_GROUP:
                return .group(
                    HDF5Group(
                        takingOwnershipOf: id, file: file, path: path,
                        address: Self.address(of: id)))
            case H5I_DATASET:
                return .dataset(try HDF5Dataset(takingOwnershipOf: id, file: file, path: path))
            default:
                H5Idec_ref(id)
                return .other
            }
        }
    }

    /// The group of that name, or nil where there is no such link or it leads to something else.
    ///
    /// - Throws: ``HDF5Error``.
    package func group(_ name: String) throws(HDF5Error) -> HDF5Group? {
        guard try links().contains(where: { $0.name == name }) else { return nil }
        guard case .group(let group) = try member(name) else { return nil }
        return group
    }

    /// Names of all attributes, sorted.
    ///
    /// - Throws: ``HDF5Error``.
    package func attributeNames() throws(HDF5Error) -> [String] {
        try HDF5Attribute.names(of: handle.id, path: path)
    }

    /// The attribute of that name, which must be there.
    ///
    /// - Throws: ``HDF5Error``.
    package func attribute(_ name: String) throws(HDF5Error) -> HDF5Attribute {
        try HDF5Attribute.read(name, of: handle.id, path: path)
    }

    /// Where a member of that name lies.
    package func path(of name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

    static func address(of id: Int64) -> UInt64 {
        var information = H5O_info_t()
        let status = unsafe chdf5_object_info(id, &information)
        return status >= 0 ? UInt64(information.addr) : UInt64.max
    }

    private static func kind(_ type: H5L_type_t) -> HDF5Link.Kind {
        switch type {
        case H5L_TYPE_HARD: .hard
        case H5L_TYPE_SOFT: .soft
        case H5L_TYPE_EXTERNAL: .external
        default: .userDefined
        }
    }
}
