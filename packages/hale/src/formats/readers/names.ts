const NO_CHECKS = new Set(
  (
    'status state health healthy ok success result outcome message msg error errors detail details description reason ' +
    'title type kind level code statuscode name service app application version build commit time timestamp date path ' +
    'env environment mode phase stage region host hostname'
  ).split(' '),
)

/** True for the keys that say something of the whole, where a flat object has checks and other things side by side. */
export function namesNoCheck(key: string): boolean {
  return NO_CHECKS.has(key.toLowerCase())
}
