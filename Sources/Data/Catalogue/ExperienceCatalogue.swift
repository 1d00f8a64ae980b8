package import Foundation

/// What is known: episodes, runs and attempts, artefacts, releases and channels.
///
/// One SQLite file in the workspace, or a PostgreSQL database that several machines share.
package final class ExperienceCatalogue: Sendable {
    private let database: any CatalogueDatabase

    /// The file's name inside the workspace.
    package static let fileName = "catalogue.sqlite"

    /// Opens the catalogue of a workspace and brings its tables to the newest version.
    ///
    /// It is the file `catalogue.sqlite` in that folder, or the PostgreSQL database that
    /// `databaseURL`, `postgresql://…`, names.
    package static func open(workspace: URL, databaseURL: String?) throws -> ExperienceCatalogue {
        guard let databaseURL, !databaseURL.isEmpty else {
            let file = workspace.appending(path: fileName, directoryHint: .notDirectory)
            return try ExperienceCatalogue(database: SQLiteDatabase(file: file))
        }
        return try ExperienceCatalogue(database: PostgresDatabase(url: databaseURL))
    }

    /// Uses `database`, and brings its tables to the newest version.
    package init(database: any CatalogueDatabase) throws {
        self.database = database
        try Migrations.apply(to: database)
    }

    /// Which database this is, without credentials.
    package var place: String { database.place }

    /// Runs `body` as the only writer, and commits what it wrote, or nothing if it throws.
    ///
    /// The body uses the transaction only, never the catalogue: that would wait for itself.
    @discardableResult
    package func write<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try database.write { try body(Transaction(connection: $0)) }
    }

    func read<Result>(_ body: (any SQLConnection) throws -> Result) throws -> Result {
        try database.read(body)
    }
}

/// The ISO 8601 text of an instant, in UTC to the millisecond: how the catalogue keeps times.
package func timestamp(_ date: Date = Date()) -> String {
    date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
}
