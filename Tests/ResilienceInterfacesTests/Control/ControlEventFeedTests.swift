import ResilienceInterfaces
import Testing

@Suite("The event feed")
struct ControlEventFeedTests {
  private func publish(_ count: Int, to feed: ControlEventFeed) {
    for number in 0..<count {
      feed.publish(at: Int64(number), kind: "breaker.opened", subject: "mail", message: "number \(number)")
    }
  }

  private func ids(_ stream: AsyncStream<ControlEvent>) async -> [UInt64] {
    var ids: [UInt64] = []
    for await event in stream { ids.append(event.id) }
    return ids
  }

  @Test("hands every listener the events from its beginning on, in order")
  func handsOut() async {
    let feed = ControlEventFeed()
    self.publish(2, to: feed)
    let listener = feed.events()
    self.publish(3, to: feed)
    feed.finish()
    #expect(await self.ids(listener) == [3, 4, 5])
  }

  @Test("replays what a returning listener has missed")
  func replays() async {
    let feed = ControlEventFeed()
    self.publish(5, to: feed)
    let listener = feed.events(after: 3)
    self.publish(1, to: feed)
    feed.finish()
    #expect(await self.ids(listener) == [4, 5, 6])
  }

  @Test("replays everything to a listener whose id is from before a restart")
  func replaysAfterRestart() async {
    let feed = ControlEventFeed()
    self.publish(2, to: feed)
    let listener = feed.events(after: 500)
    feed.finish()
    #expect(await self.ids(listener) == [1, 2])
  }

  @Test("drops the oldest events of a listener that does not keep up, and never grows")
  func bounds() async {
    let feed = ControlEventFeed(capacity: 4)
    let slow = feed.events()
    self.publish(100, to: feed)
    #expect(await self.ids(feed.events(after: 0).prefixing(4)) == [97, 98, 99, 100])
    feed.finish()
    #expect(await self.ids(slow) == [97, 98, 99, 100])
  }

  @Test("forgets a listener that has gone")
  func forgets() async {
    let feed = ControlEventFeed()
    do {
      let listener = feed.events()
      #expect(feed.listenerCount == 1)
      withExtendedLifetime(listener) {}
    }
    #expect(feed.listenerCount == 0)
  }

  @Test("a listener that comes after the end gets an ended stream")
  func ends() async {
    let feed = ControlEventFeed()
    self.publish(1, to: feed)
    feed.finish()
    #expect(await self.ids(feed.events()).isEmpty)
    #expect(await self.ids(feed.events(after: 0)) == [1])
  }
}

extension AsyncStream where Element: Sendable {
  /// A stream of the first elements only.
  fileprivate func prefixing(_ count: Int) async -> AsyncStream<Element> {
    var elements: [Element] = []
    for await element in self {
      elements.append(element)
      if elements.count == count { break }
    }
    return AsyncStream { continuation in
      for element in elements { continuation.yield(element) }
      continuation.finish()
    }
  }
}
