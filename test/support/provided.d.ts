import 'vitest';

/**
 * The private stack of a test file's worker; read with `inject('stack')`.
 * A declaration file so that each workspace can list it in the `files` of its tsconfig, outside its own `rootDir`.
 */
declare module 'vitest' {
  export interface ProvidedContext {
    /** Stripe's mock of its API; undefined where it cannot be built. */
    stripeMockPath: string | undefined;
    /** The caller's key of Stripe's test mode; undefined without one. */
    stripeTestKey: string | undefined;
    /** Those of all workers. */
    stacks: readonly ProvidedContext['stack'][];
    stack: {
      /** The services' role: data only. */
      readonly databaseUrl: string;
      /** The owner role: may migrate, and create databases for single test files. */
      readonly databaseOwnerUrl: string;
      /** A migrated, empty database without connections: `create database x template <this>`. */
      readonly templateDatabase: string;
      readonly redisUrl: string;
      readonly amqpUrl: string;
      readonly temporalAddress: string;
      readonly temporalNamespace: string;
      /** The payment simulator. */
      readonly paymentUrl: string;
      /** Present when the stack runs its own Temporal server. */
      readonly temporalCliPath?: string;
      /** Secret of the tokens that the stack's gateways accept. */
      readonly jwtSecret: string;
      /** With `serviceEnv` the target of `startServices` from `@box-office/infra`. */
      readonly dir: string;
      readonly serviceEnv: Readonly<Record<string, string>>;
    };
  }
}
