import Dispatch
import Synchronization

/// `body` of each element, on `workers` threads, in the order of the elements.
///
/// Elements are taken one at a time: some take a thousand times longer than others.
func parallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], workers: Int, _ body: @Sendable (Element) -> Result
) -> [Result] {
    let next = Atomic(0)
    let results = Mutex([Result?](repeating: nil, count: elements.count))
    DispatchQueue.concurrentPerform(iterations: min(workers, elements.count)) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < elements.count else { return }
            let result = body(elements[index])
            results.withLock { $0[index] = result }
        }
    }
    return results.withLock { $0.compactMap { $0 } }
}
