/** As far as it is changed here. */
interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, Response> }>>;
  readonly components: Record<string, object>;
}
type Response = { readonly headers: Record<string, object> } | Reference;
interface Reference {
  readonly $ref: string;
}
/** Names of the responses of an operation, by status; a response without a name stays where it is. */
export type ResponseNames = (method: string, path: string) => ReadonlyMap<number, string> | undefined;

/** Moves headers and named responses to the document's components: most operations have the same ones. */
export function shareComponents(document: Document, namesOf: ResponseNames): void {
  const headers = createComponents('headers');
  const responses = createComponents('responses');
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      for (const [status, response] of Object.entries(operation.responses)) {
        if ('$ref' in response) continue;
        for (const [name, header] of Object.entries(response.headers))
          response.headers[name] = headers.add(name, header);
        const name = namesOf(method, path)?.get(Number(status));
        if (name !== undefined) operation.responses[status] = responses.add(name, response);
      }
    }
  }
  Object.assign(document.components, { headers: headers.all, responses: responses.all });
}

function createComponents(kind: string) {
  const all: Record<string, object> = {};
  return {
    all,
    add(name: string, component: object): Reference {
      const known = (all[name] ??= component);
      if (JSON.stringify(known) !== JSON.stringify(component)) throw new Error(`two of ${kind} are named ${name}`);
      return { $ref: `#/components/${kind}/${name}` };
    },
  };
}
