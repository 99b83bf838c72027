extension ControlStoreFailure {
  /// The same failure of a store as the control plane names it.
  public init(_ failure: StoreFailure) {
    let kind: Kind =
      switch failure.kind {
      case .readOnly, .permissionDenied: .notWritable
      case .locked: .locked
      case .corrupted: .corrupt
      case .full, .diskFull: .full
      case .schemaTooNew: .tooNew
      case .unreachable, .timedOut, .wrongVersion, .conflict, .leaseLost, .notFound, .invalid, .cancelled, .other:
        .other
      }
    self.init(kind: kind, location: failure.store, detail: failure.detail, remedy: failure.remedy)
  }
}
