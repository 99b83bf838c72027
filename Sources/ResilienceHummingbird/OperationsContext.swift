internal import Hummingbird
internal import NIOCore

/// What is known of a request's connection.
struct OperationsContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The client's address without its port, for slowing down guesses.
  let address: String

  init(source: ApplicationRequestContextSource) {
    self.coreContext = .init(source: source)
    self.address = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }
}
