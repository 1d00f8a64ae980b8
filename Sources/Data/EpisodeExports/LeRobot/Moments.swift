#if LeRobot
/// Smallest, largest, mean and spread of numbers that come one after the other.
struct Moments {
    private(set) var smallest = Double.infinity
    private(set) var largest = -Double.infinity
    private(set) var mean = 0.0
    private(set) var count = 0.0
    /// Sum of squared distances from the mean, by Welford's recurrence.
    private var squares = 0.0

    /// The standard deviation of the numbers themselves, as lerobot has it.
    var deviation: Double { count > 0 ? (squares / count).squareRoot() : 0 }

    /// Takes in a number.
    mutating func add(_ number: Double) {
        smallest = min(smallest, number)
        largest = max(largest, number)
        count += 1
        let distance = number - mean
        mean += distance / count
        squares += distance * (number - mean)
    }

    /// Takes in the numbers of another.
    mutating func add(_ other: Moments) {
        guard other.count > 0 else { return }
        smallest = min(smallest, other.smallest)
        largest = max(largest, other.largest)
        let distance = other.mean - mean
        let total = count + other.count
        squares += other.squares + distance * distance * count * other.count / total
        mean += distance * other.count / total
        count = total
    }

    init() {}

    /// Moments of levels of 0 to 255 on the scale from 0 to 1, by how often each level is there.
    init(levels: [Int]) {
        for (level, times) in levels.enumerated() where times > 0 {
            var one = Moments()
            one.add(Double(level) / 255)
            one.count = Double(times)
            add(one)
        }
    }
}
#endif
