internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import Resilience

extension ResilientHTTPClient {
  /// Attempts until there is a response that counts, or the last one that does not.
  func exchange(_ call: Call, _ context: Context) async throws -> Exchange {
    if call.body.isConsumed { throw HTTPClientFailure(.bodyAlreadyConsumed, .validation, .neverSent, call.origin) }
    var last: Exchange?
    do {
      return try await call.retry.execute(in: context) { context in
        let exchange = try await self.attempt(call, context)
        guard let failure = exchange.failure else { return exchange }
        last = exchange
        throw failure
      }
    } catch let failure as FailingResult {
      guard let last else { throw failure }
      return last
    }
  }

  /// One attempt: admitted, sent, and judged.
  ///
  /// A response that is streamed takes its admission with it.
  private func attempt(_ call: Call, _ context: Context) async throws -> Exchange {
    let admission = try await self.admit(context)
    do {
      let exchange = try await self.attemptLimit.execute(in: context) { try await self.send(call, $0) }
      if let failure = exchange.failure {
        admission.end(self.circuitBreaker.verdict(on: failure), failure)
      } else if exchange.isOpen {
        exchange.hold(admission)
      } else {
        admission.end(.success)
      }
      return exchange
    } catch {
      admission.end(self.circuitBreaker.verdict(on: error), error)
      throw error
    }
  }

  /// The attempt's time-out, or the breaker's limit for calls if that is shorter: a permit's holder has to hold it.
  private var attemptLimit: Timeout {
    guard let limit = self.circuitBreaker.configuration.callTimeout, limit < self.attemptTimeout.length else {
      return self.attemptTimeout
    }
    return Timeout(limit, name: self.circuitBreaker.name)
  }

  private func admit(_ context: Context) async throws -> Admission {
    do throws(Rejection) {
      let probe = try await self.circuitBreaker.acquire(in: context)
      let place = try await self.bulkhead.acquire(in: context)
      return Admission(probe, place, self.circuitBreaker)
    } catch {
      if error.reason == .cancelled { throw CancellationError() }
      throw error
    }
  }

  private func send(_ call: Call, _ context: Context) async throws -> Exchange {
    let outgoing = try self.outgoing(call, context)
    // The context's time-out ends the attempt, head and body. This deadline, which ends at the head, stands behind it.
    let remaining = context.remaining?.components.seconds ?? 3_600
    let deadline = NIODeadline.now() + .seconds(min(remaining, 1 << 20) + 2)
    let response: HTTPClientResponse
    do {
      response = try await self.httpClient.execute(outgoing, deadline: deadline)
    } catch {
      throw HTTPClientFailure.classified(error, call.origin)
    }
    let head = HTTPResponse(response)
    let failure = call.failure(head)
    let body = ResponseBody(
      response.body, head, limit: call.maxResponseBytes, origin: call.origin, failure: failure)
    let exchange = Exchange(head, body, failure, attempt: context.attempt)
    // A failure's body is read even if the caller streams: whether it is the last word is decided later, and until then
    // no connection waits for it.
    if !call.isStreamed || failure != nil { try await exchange.collect() }
    return exchange
  }

  private func outgoing(_ call: Call, _ context: Context) throws -> HTTPClientRequest {
    guard let url = self.target.url(for: call.request) else {
      throw HTTPClientFailure(.invalidRequest, .validation, .neverSent, call.origin, detail: "the path is not valid")
    }
    var fields = call.request.headerFields
    OutgoingFields.add(to: &fields, context)
    var outgoing = HTTPClientRequest(url: url)
    outgoing.method = .init(rawValue: call.request.method.rawValue)
    for field in fields { outgoing.headers.add(name: field.name.rawName, value: field.value) }
    outgoing.body =
      switch call.body.storage {
      case .none: nil
      case .bytes(let buffer): .bytes(buffer)
      case .once(let stream, _), .replayable(let stream):
        .stream(stream, length: call.body.length.map { .known($0) } ?? .unknown)
      }
    return outgoing
  }
}
