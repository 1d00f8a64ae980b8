package import Catalogue

extension StageError {
    /// What a stage ends with when the catalogue could not do what it was asked.
    package init(_ error: CatalogueError) {
        let message = error.description
        self =
            switch error {
            case .unavailable:
                .unavailable(message, next: "Start the database, then run the same command again.")
            case .busy, .fenced, .conflict:
                .locked(message, next: "Run the same command again.")
            case .invalidAddress:
                .usage(message, next: "Correct NIGHTSHIFT_DATABASE, or unset it for SQLite.")
            case .newerSchema:
                .usage(message, next: "Use the newest build of Nightshift.")
            case .historyBroken, .malformedRow:
                .internalError(
                    message, next: "docs/operations.md says how to restore the catalogue.")
            case .withdrawn:
                .inputRefused(message, next: "Run filter-by-quality, then the same command again.")
            case .statementFailed, .notFound:
                .internalError(
                    message, next: "Run the same command again; if it fails again, report it.")
            }
    }
}
