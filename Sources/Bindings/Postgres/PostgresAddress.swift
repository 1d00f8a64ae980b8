private import CPostgres

/// Where a database is, read of `postgresql://user:password@host:port/name`.
package struct PostgresAddress: Sendable, CustomStringConvertible {
    let url: String
    let password: String?
    /// Server and database, without user, password and options.
    package let description: String

    /// Reads a URL.
    ///
    /// - Throws: ``PostgresError`` of kind `invalidAddress`; its text repeats nothing of the URL.
    package init(url: String) throws(PostgresError) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw Self.invalid("it does not begin with postgresql://")
        }
        guard let options = unsafe PQconninfoParse(url, nil) else {
            throw Self.invalid("libpq cannot read it")
        }
        defer { unsafe PQconninfoFree(options) }
        var fields: [String: String] = [:]
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe fields[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        let host = fields["host"] ?? "local socket"
        guard !host.contains("@") else {
            throw Self.invalid("its host has an '@': percent-encode special characters as in %40")
        }
        self.url = url
        password = fields["password"]
        description =
            "postgresql://\(host)\(fields["port"].map { ":" + $0 } ?? "")/\(fields["dbname"] ?? "")"
    }

    private static func invalid(_ reason: String) -> PostgresError {
        PostgresError(
            kind: .invalidAddress,
            message: "\(reason), expected postgresql://user:password@host:port/database",
            code: nil)
    }
}
