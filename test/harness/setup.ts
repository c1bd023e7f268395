import { ensurePackages, PACKAGES, type Binary } from './packages.ts'

/** Vitest's globalSetup of the project `real`: everything that any test needs, before the first one starts. */
export default function setup(): void {
  ensurePackages(Object.keys(PACKAGES) as Binary[])
}
