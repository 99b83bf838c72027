extension ServiceConfiguration {
  /// The same with the sizes of shared compartments written into the dependencies that share them.
  ///
  /// For arithmetic on single dependencies; such a configuration is not to be run, for nothing is shared any more.
  var withOwnBulkheads: ServiceConfiguration {
    var copy = self
    for index in copy.dependencies.indices {
      guard let name = copy.dependencies[index].bulkhead.shared,
        let shared = self.bulkheads.first(where: { $0.name == name })
      else { continue }
      let isEnabled = copy.dependencies[index].bulkhead.isEnabled
      copy.dependencies[index].bulkhead = shared.bulkhead
      copy.dependencies[index].bulkhead.isEnabled = isEnabled
    }
    return copy
  }
}
