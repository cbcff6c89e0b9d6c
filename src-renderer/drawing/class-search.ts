/** Names that a list shows at once: more are found by typing. */
const MOST = 60

/**
 * The classes whose names hold all typed words, those that begin with what was typed first, each by its number; a number finds itself.
 */
export function findClasses(names: readonly string[], typed: string): { readonly ids: readonly number[]; readonly more: number } {
  const wanted = typed.trim().toLowerCase()
  const words = wanted.split(/\s+/).filter(Boolean)
  const found: number[] = []
  const first: number[] = []
  names.forEach((name, id) => {
    const lower = name.toLowerCase()
    if (String(id) === wanted || lower.split(/,\s*/).some((one) => one.startsWith(wanted) && wanted !== '')) first.push(id)
    else if (words.every((word) => lower.includes(word))) found.push(id)
  })
  const all = [...first, ...found]
  return { ids: all.slice(0, MOST), more: Math.max(0, all.length - MOST) }
}
