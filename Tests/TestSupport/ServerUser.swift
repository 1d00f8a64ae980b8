import Foundation

/// The user that a test's PostgreSQL server runs as: it refuses to run as root.
struct ServerUser {
    /// User and group ids to change to; nil to stay who we are.
    private let identity: (user: uid_t, group: gid_t)?

    static func current() throws -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(identity: nil) }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) {
                return ServerUser(identity: (entry.pointee.pw_uid, entry.pointee.pw_gid))
            }
        }
        throw PostgresServerError(
            reason: "PostgreSQL does not run as root, and there is no user postgres or nobody")
    }

    /// Gives a directory to this user.
    func takeOver(_ directory: URL) throws {
        guard let identity else { return }
        guard chown(directory.path, identity.user, identity.group) == 0 else {
            throw PostgresServerError(
                reason: "chown \(directory.path): \(String(cString: strerror(errno)))")
        }
    }

    /// A process of this user that has not begun.
    func process(_ program: String, _ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let change = identity.map {
            ["setpriv", "--reuid=\($0.user)", "--regid=\($0.group)", "--clear-groups", "--"]
        }
        process.arguments = (change ?? []) + [program] + arguments
        return process
    }
}
