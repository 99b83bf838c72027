internal import NIOCore

/// The task executor of each event loop of a group.
struct LoopExecutors: Sendable {
  private let executors: [ObjectIdentifier: EventLoopTaskExecutor]

  init(_ group: any EventLoopGroup) {
    var executors: [ObjectIdentifier: EventLoopTaskExecutor] = [:]
    for loop in group.makeIterator() { executors[ObjectIdentifier(loop)] = EventLoopTaskExecutor(loop) }
    self.executors = executors
  }

  subscript(_ loop: any EventLoop) -> EventLoopTaskExecutor {
    self.executors[ObjectIdentifier(loop)] ?? EventLoopTaskExecutor(loop)
  }
}
