/// One numbered change of the tables, never edited after it was released.
struct Migration: Sendable {
    let version: Int
    let statements: @Sendable (SQLDialect) -> [String]
}

/// All changes of the tables, in order.
enum Migrations {
    static let all = [
        Migration(version: 1, statements: { firstSchema($0) }),
        Migration(version: 2, statements: { withdrawals($0) }),
    ]

    /// The newest schema version that this program knows.
    static var newest: Int { all.last?.version ?? 0 }

    /// Brings the database to the newest version, and refuses one that is newer.
    ///
    /// The version is read again once this process is the only writer: another one may have
    /// migrated meanwhile.
    static func apply(to database: any CatalogueDatabase) throws {
        let found = try database.read(currentVersion)
        try refuseNewer(found, at: database.place)
        guard found < newest else { return }
        try database.write { connection in
            let found = try currentVersion(connection)
            try refuseNewer(found, at: database.place)
            for migration in all where migration.version > found {
                for statement in migration.statements(connection.dialect) {
                    try connection.execute(statement, [])
                }
                try connection.execute(
                    "INSERT INTO schema_version (version) VALUES (?)", [.count(migration.version)])
            }
        }
    }

    private static func currentVersion(_ connection: any SQLConnection) throws -> Int {
        guard try connection.hasTable("schema_version") else { return 0 }
        return try connection.number("SELECT COALESCE(MAX(version), 0) FROM schema_version")
    }

    private static func refuseNewer(_ found: Int, at place: String) throws {
        guard found <= newest else {
            throw CatalogueError.newerSchema(place: place, found: found, known: newest)
        }
    }
}
