import 'vitest';

/**
 * Addresses of the private stack that a test run starts for itself; read with `inject('stack')`.
 * A declaration file so that each workspace can list it in the `files` of its tsconfig, outside its own `rootDir`.
 */
declare module 'vitest' {
  export interface ProvidedContext {
    stack: {
      /** The services' role: data only. */
      readonly databaseUrl: string;
      /** The owner role: may migrate, and create databases for single test files. */
      readonly databaseOwnerUrl: string;
      /** A migrated, empty database that nobody is connected to: `create database x template <this>`. */
      readonly templateDatabase: string;
      readonly redisUrl: string;
      readonly amqpUrl: string;
      readonly temporalAddress: string;
      readonly temporalNamespace: string;
      readonly paymentUrl: string;
      /** Present when the stack runs its own Temporal server. */
      readonly temporalCliPath?: string;
    };
  }
}
