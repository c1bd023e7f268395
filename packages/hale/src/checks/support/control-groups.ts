import { readFile } from 'node:fs/promises'
import { posix } from 'node:path'

/** Paths of a process's control groups as `/proc/self/cgroup` has them; undefined where that version has none. */
export interface ControlGroups {
  readonly v2: string | undefined
  readonly v1: string | undefined
}

/**
 * Finds this process's groups: the one of version 2, and that of a controller of version 1.
 *
 * @param root where `/proc` and `/sys` are.
 * @param controller such as `memory` or `cpu`.
 */
export async function findControlGroups(root: string, controller: string): Promise<ControlGroups> {
  const groups = (await readText(root, 'proc/self/cgroup'))?.split('\n') ?? []
  return {
    v2: groups.find((line) => line.startsWith('0::'))?.slice(3),
    v1: groups.find((line) => line.split(':')[1]?.split(',').includes(controller))?.replace(/^\d+:[^:]*:/, ''),
  }
}

/** A group and those above it: each may set a limit. In a container the outer ones are out of sight, and not files. */
export function withAncestors(path: string | undefined): readonly string[] {
  if (path === undefined) return []
  const above = posix.dirname(path)
  return path === above || path === '' ? ['/'] : [path, ...withAncestors(above)]
}

/** The figure that stands behind a name in a file of `name figure` lines. */
export function figureOf(text: string | undefined, name: string): number | undefined {
  const line = text?.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.trim().split(/\s+/)[1])
}

/** The texts of files in one folder; undefined for those that cannot be read. */
export function readTexts(root: string, folder: string, names: readonly string[]): Promise<(string | undefined)[]> {
  return Promise.all(names.map((name) => readText(root, posix.join(folder, name))))
}

/** The text of a file; undefined when it cannot be read. */
export async function readText(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(posix.join(root, path), 'utf8')
  } catch {
    return undefined
  }
}
