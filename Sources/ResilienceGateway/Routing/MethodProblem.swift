/// Why a method is not taken.
struct MethodProblem: Error, Equatable {
  /// The status of the answer.
  let status: Int
  /// What is wrong.
  let detail: String
  /// The value of `Allow`, which an answer 405 must have.
  let allow: String?
}
