/** Why a new record cannot be made, in the place of Save. */
export function WhyNot({ why }: { why: string | undefined }) {
  return why !== undefined && <span className="help">{why}</span>;
}
