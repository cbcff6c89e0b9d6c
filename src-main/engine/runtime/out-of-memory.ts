/** Whether an error is an allocation that failed, V8's or the runtime's, in their own words. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const said = `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`
  return /bad_alloc|failed to allocate memory|allocation failed|out of memory|bfc_arena/i.test(said)
}
