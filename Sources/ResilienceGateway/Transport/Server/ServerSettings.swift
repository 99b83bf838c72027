internal import NIOCore
internal import NIOHTTP1

/// What all connections of one server share.
struct ServerSettings: Sendable {
  typealias RejectionAnswer = @Sendable (GatewayRejection) -> (HTTPResponseHead, ByteBuffer)

  let limits: HeadLimits
  let maxBodyBytes: Int
  let headTimeout: TimeAmount
  let idleTimeout: TimeAmount
  let bodyIdleTimeout: TimeAmount
  /// How long a connection that was answered before its request was read is still read, so that the answer arrives.
  let lingerTimeout = TimeAmount.seconds(2)
  let isTLS: Bool
  let handler: any GatewayHandler
  let rejectionAnswer: RejectionAnswer

  init(
    _ configuration: GatewayServerConfiguration, _ handler: any GatewayHandler,
    _ rejectionAnswer: @escaping RejectionAnswer
  ) {
    self.limits = HeadLimits(maxBytes: configuration.maxHeadBytes, maxFields: configuration.maxHeaderCount)
    self.maxBodyBytes = configuration.maxBodyBytes
    self.headTimeout = TimeAmount(configuration.headTimeout)
    self.idleTimeout = TimeAmount(configuration.idleTimeout)
    self.bodyIdleTimeout = TimeAmount(configuration.bodyIdleTimeout)
    self.isTLS = configuration.tls != nil
    self.handler = handler
    self.rejectionAnswer = rejectionAnswer
  }
}
