/// A number that a report shows.
///
/// JSON has no NaN and no infinity: they are written as null and read as NaN, so that a report about a
/// run that went wrong can still be stored.
@propertyWrapper package struct Measured: Codable, Sendable, Equatable {
    package var wrappedValue: Double

    package init(wrappedValue: Double) {
        self.wrappedValue = wrappedValue
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? .nan : try container.decode(Double.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if wrappedValue.isFinite {
            try container.encode(wrappedValue)
        } else {
            try container.encodeNil()
        }
    }

    /// NaN equals NaN here: both say that there was no number.
    package static func == (one: Measured, other: Measured) -> Bool {
        one.wrappedValue == other.wrappedValue
            || one.wrappedValue.isNaN && other.wrappedValue.isNaN
    }
}

/// Several numbers that a report shows, stored as ``Measured`` is.
@propertyWrapper package struct MeasuredList: Codable, Sendable, Equatable {
    private var numbers: [Measured]

    package init(wrappedValue: [Double]) {
        numbers = wrappedValue.map(Measured.init(wrappedValue:))
    }

    package var wrappedValue: [Double] {
        get { numbers.map(\.wrappedValue) }
        set { numbers = newValue.map(Measured.init(wrappedValue:)) }
    }

    package init(from decoder: any Decoder) throws {
        numbers = try [Measured](from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try numbers.encode(to: encoder)
    }
}
