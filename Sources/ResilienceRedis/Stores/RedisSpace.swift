internal import Resilience
internal import ResilienceInterfaces

/// The keys of a store: a client, and what all of them begin with.
///
/// Every store runs scripts only. They are handed the prefix as their one key and make the others from it, which a
/// cluster would not allow and a single server does; an ACL rule for the prefix covers them all.
struct RedisSpace: Sendable {
  let client: RedisClient
  let prefix: String

  /// The store in errors: the URL without credentials.
  var store: String { self.client.configuration.description }

  /// Runs a script on the space.
  func run(
    _ script: RedisScript, _ arguments: [RedisArgument] = []
  ) async throws(StoreFailure) -> RESPValue {
    do throws(RedisError) {
      return try await self.client.run(script, keys: [self.prefix], arguments)
    } catch {
      throw StoreFailure(error, store: self.store)
    }
  }

  /// An element for each message of a channel, and whenever messages may have been missed; over a connection of its
  /// own.
  func hints(_ channel: String) -> AsyncStream<Void> {
    let messages = self.client.subscribe(to: [self.prefix + channel])
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let task = Runtime.live.spawn {
      for await message in messages {
        if case .interrupted = message { continue }
        continuation.yield()
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  /// The error for an answer that nobody of this version has written.
  func unreadable(_ what: String) -> StoreFailure {
    StoreFailure(
      .corrupted, store: self.store, detail: "\(what) cannot be understood.",
      remedy:
        "Look whether another program, or a newer version of this one, writes keys that begin with \(self.prefix).")
  }

  /// Whole numbers of an answer.
  func integers(_ value: RESPValue, _ what: String) throws(StoreFailure) -> [Int64] {
    guard let elements = value.elements else { throw self.unreadable(what) }
    var numbers: [Int64] = []
    for element in elements {
      guard let number = element.integer else { throw self.unreadable(what) }
      numbers.append(number)
    }
    return numbers
  }

  /// A whole number of an answer.
  func integer(_ value: RESPValue, _ what: String) throws(StoreFailure) -> Int64 {
    guard let number = value.integer else { throw self.unreadable(what) }
    return number
  }
}
