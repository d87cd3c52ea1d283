#!/usr/bin/env bash
# Builds the image "countersign" for the architecture of this machine.
#
#   docker/build.sh [--sandbox] [--tag NAME]
#
#   --sandbox   builds "countersign-sandbox" too, the stand-in AWS that compose.yaml uses
#   --tag NAME  another name than "countersign"
#
# Needs Maven and a JDK 25 to make the jars, and a container engine.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
project=$(dirname "$here")
context=$here/target/gateway
tag=countersign
sandbox=
while [ $# -gt 0 ]; do
    case $1 in
        --sandbox) sandbox=yes ;;
        --tag) tag=${2:?--tag wants a name} && shift ;;
        *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
    shift
done

docker info >/dev/null 2>&1 || {
    echo "build.sh: no container engine answers (docker info). docker/rootfs.sh works without one." >&2
    exit 1
}
revision=$(git -C "$project" rev-parse HEAD 2>/dev/null || echo unknown)
rm -rf "$project/gateway/target/lib" # a jar that is no longer needed would stay there
(cd "$project" && mvn -q -B -pl gateway -am package -Dmaven.test.skip=true \
    -Dbuild.revision="$revision")

"$here/rootfs.sh" "$context/rootfs"
cp "$here/Dockerfile" "$context/Dockerfile"
docker build --quiet --tag "$tag" "$context"

if [ -n "$sandbox" ]; then
    (cd "$project" && mvn -q -B -pl gateway/sandbox -am package -Dmaven.test.skip=true \
        dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib)
    "$here/rootfs.sh" --sandbox "$here/target/sandbox/rootfs"
    cp "$here/Dockerfile.sandbox" "$here/target/sandbox/Dockerfile"
    docker build --quiet --tag "$tag-sandbox" "$here/target/sandbox"
fi
docker image ls "$tag*"
