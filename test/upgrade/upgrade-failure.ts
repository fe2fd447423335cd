/** A reason why the upgrade does not work, for people to read. */
export class UpgradeFailure extends Error {}

/** @throws UpgradeFailure unless the condition holds */
export function demand(condition: boolean, failure: string): asserts condition {
  if (!condition) throw new UpgradeFailure(failure);
}
