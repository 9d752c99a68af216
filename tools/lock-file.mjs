// What makes `npm ci` fail on other machines, or take packages from a place of one machine only.

/** Problems of a package-lock.json, in words; empty when it is whole. */
export function lockFileProblems(lock) {
  const packages = Object.entries(lock.packages ?? {});
  if (packages.length === 0) return ['it lists no packages'];
  const missing = packages.flatMap(([path, { version, optionalDependencies = {} }]) => {
    const absent = Object.keys(optionalDependencies).filter(
      (name) => !places(path, name).some((place) => place in lock.packages),
    );
    return absent.length === 0
      ? []
      : [`${path} ${version} lacks ${absent.length} optional packages of other platforms (${absent[0]} …)`];
  });
  const hosted = packages.filter(([, { resolved, link }]) => !link && typeof resolved === 'string' && /^[a-z+]+:/.test(resolved));
  return [
    ...missing,
    ...hosted.map(([path, { resolved }]) => `${path} is bound to ${new URL(resolved).protocol}//${new URL(resolved).host}`),
  ];
}

/** Where Node would look for `name` from the package at `path`. */
function places(path, name) {
  const found = [`node_modules/${name}`];
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    found.push(`${at}/node_modules/${name}`);
  }
  return found;
}
