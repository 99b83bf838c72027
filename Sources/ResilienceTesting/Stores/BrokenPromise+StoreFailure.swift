internal import ResilienceInterfaces

/// Expects a store to refuse something with an error of a kind.
@discardableResult
func expectFailure<Value>(
  _ kind: StoreFailure.Kind, _ what: String, line: Int = #line, _ body: () async throws -> Value
) async throws -> StoreFailure {
  do {
    _ = try await body()
  } catch let failure as StoreFailure {
    guard failure.kind == kind else {
      throw BrokenPromise(text: "\(what): refused as \(failure.kind) instead of \(kind): \(failure)", line: line)
    }
    guard !failure.detail.isEmpty, !failure.remedy.isEmpty, !failure.store.isEmpty else {
      throw BrokenPromise(text: "\(what): the error does not say what happened and what to do", line: line)
    }
    return failure
  }
  throw BrokenPromise(text: "\(what): not refused, expected \(kind)", line: line)
}
