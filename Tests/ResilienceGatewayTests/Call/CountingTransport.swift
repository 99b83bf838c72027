@testable import ResilienceGateway

/// A dependency that nobody can reach, and that counts who tries.
final class CountingTransport: UpstreamTransport {
  private let count = Shared(0)

  var requests: Int { self.count.value }

  func exchange<Result>(
    _ request: UpstreamRequest, _ body: (UpstreamResponse) async throws -> Result
  ) async throws -> Result {
    self.count.change { $0 += 1 }
    throw UpstreamFailure(stage: .neverSent, kind: .connectRefused, reason: "nobody listens")
  }
}
