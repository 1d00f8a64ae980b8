import Foundation
import Motion
import Testing

@Suite("How robots move") struct MotionTests {
    /// A joint and a slower one that share a unit, and a sensor that only has noise.
    private func states(_ count: Int) -> [Float] {
        (0..<count).flatMap { step -> [Float] in
            let t = Double(step) / Double(count - 1)
            return [Float(t), Float(0.1 * t), Float(5 + 1e-6 * sin(Double(step) * 9))]
        }
    }

    @Test("speeds are in ranges a second, and noise of what stands still is left out")
    func speeds() throws {
        let found = scaledSpeeds(of: states(101), widths: [2, 1], rate: 50)
        #expect(found.count == 100)
        // The first column crosses its range in two seconds, the second a tenth of that range.
        let expected = (0.25 + 0.0025).squareRoot()
        #expect(found.allSatisfy { abs($0 - expected) < 1e-3 })
        #expect(scaledSpeeds(of: [5, 5, 5], widths: [1], rate: 50).isEmpty)
    }

    @Test("a straight way is efficient, there and back is not")
    func efficiency() throws {
        #expect(abs(try #require(pathEfficiency(of: states(50), widths: [2, 1])) - 1) < 1e-4)
        let back = (0...40).map { Float(1 - abs(Double($0) - 20) / 20) }
        #expect(abs(try #require(pathEfficiency(of: back, widths: [1]))) < 1e-6)
        #expect(pathEfficiency(of: [2, 2, 2], widths: [1]) == nil)
    }

    @Test("idle time is told apart into head, tail and inside")
    func idleness() {
        var speeds = [Double](repeating: 0, count: 20) + Array(repeating: 1, count: 30)
        speeds += Array(repeating: 0, count: 10) + Array(repeating: 1, count: 30)
        speeds += Array(repeating: 0.005, count: 10)
        let idle = Idleness(speeds: speeds, switches: [], rate: 10)
        #expect(idle.headSeconds == 2)
        #expect(idle.tailSeconds == 1)
        #expect(idle.innerShare == 0.1)
        var gripper = [Float](repeating: 0, count: 101)
        for step in 56...100 { gripper[step] = 1 }
        let busy = Idleness(speeds: speeds, switches: gripper, rate: 10)
        #expect(abs(busy.innerShare - 0.09) < 1e-9)
        #expect(Idleness(speeds: [0, 0], switches: [], rate: 1).tailSeconds == 0)
    }

    @Test("commands at their limits are counted, and a gripper's switch is not")
    func saturation() throws {
        let actions = (0..<100).flatMap { step -> [Float] in
            [step < 20 ? 1 : 0.5, step.isMultiple(of: 50) ? 0 : -1]
        }
        #expect(saturatedShare(of: actions, width: 2) == 0.2)
        let radians = actions.map { $0 * 3 }
        #expect(saturatedShare(of: radians, width: 2) == nil)
    }

    /// A robot whose commands are smooth noise, and which does them some steps later.
    private func robot(lag: Int, byPosition: Bool) -> (actions: [Float], states: [Float]) {
        let raw = noise(300, seed: 11)
        let commands = (20..<280).map { (step: Int) -> Double in
            let window: ArraySlice<Double> = raw[step..<(step + 12)]
            return window.reduce(0, +) / 12
        }
        var position = 0.0
        let states = commands.indices.flatMap { step -> [Float] in
            let command = commands[max(0, step - lag)]
            defer { position = byPosition ? command : position + command }
            return [Float(sin(Double(step) * 0.05)), Float(byPosition ? command : position)]
        }
        return (commands.map(Float.init), states)
    }

    @Test("the lag between command and motion is found", arguments: [0, 2, 3, 7])
    func lag(lag: Int) throws {
        for byPosition in [false, true] {
            let (actions, states) = robot(lag: lag, byPosition: byPosition)
            let found = try #require(
                Tracking(actions: actions, actionWidth: 1, states: states, stateWidth: 2))
            #expect(found.lagSteps == lag, "by position: \(byPosition)")
            #expect(found.residual < 0.01)
        }
    }

    @Test("a state that has nothing to do with the commands leaves a residual")
    func residual() throws {
        let (actions, _) = robot(lag: 0, byPosition: false)
        let other = noise(actions.count, seed: 5).map(Float.init)
        let found = try #require(
            Tracking(actions: actions, actionWidth: 1, states: other, stateWidth: 1))
        #expect(found.residual > 0.8)
        let still = [Float](repeating: 1, count: actions.count)
        #expect(Tracking(actions: actions, actionWidth: 1, states: still, stateWidth: 1) == nil)
    }
}
