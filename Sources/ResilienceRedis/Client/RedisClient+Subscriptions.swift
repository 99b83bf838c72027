internal import NIOCore
internal import Resilience

extension RedisClient {
  /// Subscribes to channels, over a connection of its own, for as long as somebody listens.
  ///
  /// Messages can be missed, as always with publishing: while the connection is away, or when more than the bound wait
  /// to be heard. Both are told as `interrupted` and followed by `subscribed`; keep what matters under a key, and
  /// publish only that it has changed.
  /// - Parameters:
  ///   - channels: Their names, at least one.
  ///   - bound: How many messages may wait to be heard.
  public func subscribe(to channels: [String], bound: Int = 1_024) -> AsyncStream<RedisMessage> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: RedisMessage.self, bufferingPolicy: .bufferingOldest(max(2, bound)))
    let task = Runtime.live.spawn {
      var delays = BackoffGenerator(.exponential(initial: .milliseconds(20), max: .seconds(1)), jitter: .equal)
      while !Task.isCancelled {
        let began = Runtime.live.now()
        let error = await self.listen(to: channels, continuation)
        guard !Task.isCancelled else { break }
        continuation.yield(.interrupted(error))
        if Runtime.live.now() - began > 5_000_000_000 { delays.reset() }
        do { try await Runtime.live.sleep(for: delays.next()) } catch { break }
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }

  /// One connection's time; returns why it ended.
  private func listen(
    to channels: [String], _ continuation: AsyncStream<RedisMessage>.Continuation
  ) async -> RedisError {
    let connection: RedisConnection
    do throws(RedisError) {
      connection = try await self.makeConnection()
    } catch {
      return error
    }
    let server = self.configuration.server
    let ended = ReplySlot<Bool>()
    let heard = Lock(Runtime.live.now())
    connection.whenClosed { ended.resolve(.failure($0)) }
    connection.subscribe { value in
      heard.withLock { $0 = Runtime.live.now() }
      guard let message = Self.message(value, channels.count, server, ended) else { return }
      // Whoever does not keep up has to be told that he has missed something.
      if case .dropped = continuation.yield(message) {
        ended.resolve(
          .failure(
            RedisError(
              .overloaded, server: server, detail: "Messages come faster than they are heard; some were missed.",
              remedy: "Read what is stored, and hear messages faster or allow more to wait.")))
      }
    }
    defer { connection.close() }
    let patience = self.configuration.stallTimeout.nanoseconds
    do throws(RedisError) {
      _ = try await connection.send(
        RedisCommand("SUBSCRIBE", channels.map(RedisArgument.text)), until: Runtime.live.now() + patience)
      let watch = Runtime.live.spawn { await Self.watch(connection, heard, patience, ended) }
      defer { watch.cancel() }
      _ = try await ended.wait(cancelled: .cancelled(server: server, .neverSent))
      return .closed(server: server)
    } catch {
      return error
    }
  }

  /// Pings, so that a connection that is only half there is noticed.
  private static func watch(
    _ connection: RedisConnection, _ heard: borrowing Lock<Instant>, _ patience: Int64, _ ended: ReplySlot<Bool>
  ) async {
    while !ended.isResolved, (try? await Runtime.live.sleep(for: .nanoseconds(patience / 2))) != nil {
      let now = Runtime.live.now()
      if now - heard.withLock({ $0 }) > patience {
        ended.resolve(
          .failure(.timedOut("PING", after: .nanoseconds(patience), server: connection.server, .unknown)))
        return
      }
      _ = try? await connection.send(RedisCommand("PING"), until: now + patience)
    }
  }

  /// The older protocol pushes plain arrays.
  private static func message(
    _ value: RESPValue, _ channels: Int, _ server: String, _ ended: ReplySlot<Bool>
  ) -> RedisMessage? {
    if case .error(let error) = value {
      ended.resolve(.failure(RedisError(error, to: "SUBSCRIBE", server: server)))
      return nil
    }
    guard let elements = value.elements, elements.count >= 3, let kind = elements[0].text else { return nil }
    switch kind {
    case "subscribe": return elements[2].integer == Int64(channels) ? .subscribed : nil
    case "message":
      guard let channel = elements[1].text, let payload = elements[2].bytes else { return nil }
      return .message(channel: channel, payload: payload)
    default: return nil
    }
  }
}
