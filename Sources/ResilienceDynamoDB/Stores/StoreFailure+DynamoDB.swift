internal import Resilience
internal import ResilienceInterfaces

extension StoreFailure {
  /// What a failure of the client means for a store.
  init(_ error: DynamoDBError) {
    let kind: Kind =
      switch error.kind {
      case .unreachable: .unreachable
      case .timedOut: .timedOut
      case .cancelled: .cancelled
      case .throttled: .locked
      case .forbidden: .permissionDenied
      case .tooLarge: .invalid
      case .conditionFailed: .conflict
      case .tableMissing, .invalid: .wrongVersion
      case .server, .notDynamoDB: .other
      }
    // An earlier attempt of the same request may have arrived although the last one was never sent.
    let transmission = error.isUncertain ? .unknown : error.transmission
    self.init(
      kind, store: error.server, detail: error.detail, remedy: error.remedy, transmission: transmission)
  }
}
