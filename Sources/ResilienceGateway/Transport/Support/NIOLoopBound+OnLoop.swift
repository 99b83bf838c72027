internal import NIOCore

extension NIOLoopBound where Value: AnyObject {
  /// Does something with the value on its event loop: at once if this is it.
  func onLoop(_ body: @escaping @Sendable (Value) -> Void) {
    if self.eventLoop.inEventLoop { body(self.value) } else { self.eventLoop.execute { body(self.value) } }
  }
}
