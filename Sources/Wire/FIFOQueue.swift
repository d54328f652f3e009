/// A first-in, first-out queue in one array; each element is moved at most once.
package struct FIFOQueue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var head = 0

    package init() {}

    package var count: Int { elements.count - head }
    package var isEmpty: Bool { count == 0 }
    package var first: Element? { isEmpty ? nil : elements[head] }

    package subscript(index: Int) -> Element { elements[head + index] }

    package mutating func append(_ element: Element) { elements.append(element) }

    @discardableResult
    package mutating func popFirst() -> Element? {
        guard let element = first else { return nil }
        head += 1
        if head > 1024, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    package mutating func remove(at index: Int) -> Element { elements.remove(at: head + index) }

    package mutating func removeAll(where isGone: (Element) -> Bool) {
        elements.removeFirst(head)
        head = 0
        elements.removeAll(where: isGone)
    }
}
