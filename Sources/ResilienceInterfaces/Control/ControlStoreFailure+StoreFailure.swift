extension ControlStoreFailure {
  /// The failure of a store, as the control plane names it: where it was, what was found and what to do stay the same.
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
