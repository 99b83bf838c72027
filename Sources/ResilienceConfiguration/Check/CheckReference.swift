/// The page that explains every rule of the check, made from the rules.
public enum CheckReference {
  /// The page in Markdown: one section per rule, then how to allow findings.
  public static func markdown() -> String {
    CheckRule.all.reduce(self.header) { $0 + self.section($1) } + self.footer
  }

  private static let header = """
    # What `resilience check` looks for

    Made from the rules themselves. Each is about settings that are valid one by one and wrong together; its figures
    come from arithmetic on the settings and are confirmed in the tests by running the same policies in virtual time.
    A finding is an *error* where a policy cannot do what it is there for, a *warning* where it will probably do harm
    or nothing on a bad day, a *note* where it is worth knowing. Only errors make the exit code 1.

    """

  private static func section(_ rule: CheckRule) -> String {
    """

    ## \(rule.id)

    \(rule.title) *(\(rule.severity.rawValue))*

    **Why does this rule exist?** \(rule.reason)

    **What if you do not follow it?** \(rule.consequence)

    """
  }

  private static let footer = """

    ## Comments

    A finding that is wanted is allowed by a comment with the rule and a reason, behind the value or on a line of its
    own above it; at the name of a dependency it holds for all of that dependency:

    ```yaml
    dependencies:
      payments:  # resilience:allow no-jitter there is one caller only
        url: https://payments.example
        retry: { jitter: none }
    ```

    A comment without a reason allows nothing, and one that nothing needs, or that names no rule, is itself a warning
    (`allowance-without-reason`, `unused-allowance`, `unknown-allowance`). JSON has no comments.

    """
}
