/** An error a person can act on: `code` for programs, a message that names the input, the remedy. */
export class EngineError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options)
    this.name = new.target.name
  }
}

/** Operands whose shapes, dtypes or attributes do not fit their op. Names op, node path and what was given. */
export class ShapeError extends EngineError {
  constructor(what: { readonly op: string; readonly at: string; readonly got: string; readonly need: string }) {
    super(
      'graph.shape',
      `${what.op} at ${what.at || 'top'}: ${what.got}: ${what.need}`,
      'Correct the operands at this place of the graph.',
    )
  }
}

/** A graph that breaks an invariant of the IR. */
export class GraphError extends EngineError {
  constructor(message: string, remedy = 'Correct the graph under construction.') {
    super('graph.invalid', message, remedy)
  }
}
