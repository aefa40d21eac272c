const ofTheSystem =
  /^(PORT|HOST|DATABASE_URL|REDIS_URL|ADMIN_TOKEN|SESSION_SECRET|SIGN_IN|LAUNCH_.*|PUBLIC_URL|TRUST_PROXY|CONNECTION_TEST_BASE_URL|STREAM_ORIGINS|DOCS|(API|WORKER)_PROCESSES|WEB_ROOT|EXCO_.*)$/;

/** What somebody has set for their own servers must neither steer nor reach the ones that are tested. */
export function forgetSettings(): void {
  for (const name of Object.keys(process.env)) if (ofTheSystem.test(name)) Reflect.deleteProperty(process.env, name);
}
