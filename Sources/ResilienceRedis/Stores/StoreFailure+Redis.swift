internal import Resilience
internal import ResilienceInterfaces

extension StoreFailure {
  /// What a failure of the client means for a store.
  init(_ error: RedisError, store: String) {
    let kind: Kind =
      switch error.kind {
      case .unreachable, .insecure, .connectionLost, .overloaded, .closed, .notRedis: .unreachable
      case .timedOut: .timedOut
      case .cancelled: .cancelled
      case .unauthenticated, .forbidden: .permissionDenied
      case .wrongVersion, .clustered: .wrongVersion
      case .loading, .busy: .locked
      case .readOnly: .readOnly
      case .outOfMemory, .cannotPersist: .diskFull
      case .unknownScript, .refused: .other
      }
    self.init(kind, store: store, detail: error.detail, remedy: error.remedy, transmission: error.transmission)
  }
}
