/** What a node said is wrong, however the node ended afterwards. Anything else that is thrown may come of its death. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure'
}

/** @throws CheckFailure where there are any */
export function failOn(problems: readonly string[]): void {
  if (problems.length > 0) throw new CheckFailure(problems.join('\n'))
}
