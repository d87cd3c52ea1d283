#!/usr/bin/env bash
# Assembles the root file system of an image: what its program loads, and nothing else.
#
#   docker/rootfs.sh [--sandbox] FOLDER
#
#   --sandbox  the stand-in AWS of the demo in place of the gateway
#
# Needs the jars (mvn package; docker/build.sh sees to it), a JDK 25 (JAVA_HOME, the path, the usual folders) and a
# glibc system of the architecture that the image is for: x86-64 or arm64. Prints its size.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
target=$here/../gateway/target
name=countersign-gateway
sandbox=
if [ "${1:-}" = --sandbox ]; then
    target=$here/../gateway/sandbox/target
    name=countersign-sandbox
    sandbox=yes
    shift
fi
root=${1:?usage: rootfs.sh [--sandbox] FOLDER}

fail() {
    echo "rootfs.sh: $*" >&2
    exit 1
}

case $(uname -m) in
    x86_64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch_64 ;;
    *) fail "no image for $(uname -m): x86_64 and aarch64 are known" ;;
esac
[ "$(uname -s)" = Linux ] || fail "the libraries of a Linux system go into the image; run this on one"

# --- the JDK -------------------------------------------------------------------------------------

is_jdk_25() {
    [ -x "$1/bin/jlink" ] && grep -qs '^JAVA_VERSION="25[."]' "$1/release"
}

find_jdk() {
    local java candidate
    java=$(command -v java || true)
    [ -z "$java" ] || java=$(dirname "$(dirname "$(readlink -f "$java")")")
    for candidate in "${JAVA_HOME:-}" "$java" /usr/lib/jvm/* /opt/java/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/*; do
        if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "no JDK 25 with jlink found; set JAVA_HOME to one (https://adoptium.net has them)"
}

jdk=$(find_jdk)

# --- the jars ------------------------------------------------------------------------------------

jar=$(find "$target" -maxdepth 1 -name "$name-*.jar" ! -name '*-tests.jar' ! -name '*-sources.jar' 2>/dev/null | sort | tail -n 1)
[ -n "$jar" ] && [ -d "$target/lib" ] ||
    fail "no jars in $target: run docker/build.sh, or 'mvn -DskipTests package' first"

rm -rf "$root"
mkdir -p "$root"
root=$(cd "$root" && pwd)
app=$root/opt/countersign
mkdir -p "$app/lib" "$app/native"

cp "$jar" "$app/lib/"
for jar in "$target"/lib/*.jar; do
    case $(basename "$jar") in
        *-linux-$arch.jar) unzip -qjo "$jar" 'META-INF/native/*.so' -d "$app/native" ;;
        *-linux-*.jar | *-osx-*.jar | *-windows-*.jar) ;;
        netty-tcnative-boringssl-static-*.jar) ;; # holds no class: those for the platforms do
        *) cp "$jar" "$app/lib/" ;;
    esac
done

# --- the Java runtime ----------------------------------------------------------------------------

listed=$(sed -n 's/^\([a-z][a-z.]*\) .*/\1/p' "$here/modules.txt")
[ -z "$sandbox" ] || listed="$listed
java.sql" # its SQL engine
left_out=$(sed -n 's/^-\([a-z][a-z.]*\) .*/\1/p' "$here/modules.txt")

check_modules() {
    wanted=$("$jdk/bin/jdeps" --multi-release 21 --ignore-missing-deps -summary \
        --module-path "$app/lib" "$app"/lib/*.jar |
        sed -n 's/.* -> \(java\|jdk\)\.\([a-z.]*\)$/\1.\2/p' | sort -u)
    [ -n "$wanted" ] || fail "jdeps found no module at all"
    for module in $wanted; do
        grep -qxF "$module" <<<"$listed
$left_out" || fail "a jar wants $module, which docker/modules.txt neither lists nor leaves out"
    done
}
[ -n "$sandbox" ] || check_modules # the sandbox is no part of what ships

"$jdk/bin/jlink" --add-modules "$(tr '\n' ',' <<<"$listed" | sed 's/,$//')" \
    --strip-debug --compress zip-9 --no-man-pages --no-header-files --output "$root/opt/java"
# The launcher alone: no other tool, nothing that starts a process, no file that only tools read.
find "$root/opt/java/bin" -type f ! -name java -delete
rm -f "$root"/opt/java/lib/{jexec,jspawnhelper,jrt-fs.jar,classlist,libjsig.so,server/libjsig.so}

{
    grep -v '^#' "$here/java.args" | grep -v '^$'
    printf -- '-cp\n'
    find "$app/lib" -name '*.jar' -printf '/opt/countersign/lib/%f\n' | sort | paste -sd:
} >"$app/java.args"

# --- the shared libraries that these load --------------------------------------------------------

copy_library() {
    mkdir -p "$root$(dirname "$1")"
    [ -e "$root$1" ] || cp -L "$1" "$root$1"
}

while IFS= read -r binary; do
    while IFS= read -r line; do
        case $line in
            *'=> not found')
                name=$(awk '{print $1}' <<<"$line")
                [ -n "$(find "$root/opt" -name "$name" -print -quit)" ] ||
                    fail "$binary needs $name, which this system lacks"
                ;;
            *'=> /'*)
                library=$(awk '{print $3}' <<<"$line")
                case $library in
                    "$root"/*) ;;
                    *) copy_library "$library" ;;
                esac
                ;;
            *ld-linux*) copy_library "$(awk '{print $1}' <<<"$line")" ;;
        esac
    done < <(ldd "$binary")
done < <(find "$root/opt" -type f \( -name '*.so' -o -path '*/bin/java' \))

# Name resolution: inside libc since glibc 2.34, in these before; libc opens them by name.
libraries=$(dirname "$(find "$root" -name 'libc.so.6' -print -quit)")
for name in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
    library=${libraries#"$root"}/$name
    [ ! -e "$library" ] || copy_library "$library"
done

# --- the few files of a system -------------------------------------------------------------------

mkdir -p "$root"/etc/{ssl/certs,countersign} "$root"/{dev,proc,sys,usr/share/zoneinfo}
mkdir -m 1777 "$root/tmp"
echo 'countersign:x:65532:65532:Countersign:/nonexistent:/nonexistent' >"$root/etc/passwd"
echo 'countersign:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
# Java brings its own time zones (tzdb.dat) and trust anchors (cacerts); these are the system's.
cp -L /usr/share/zoneinfo/UTC "$root/usr/share/zoneinfo/UTC"
ln -s /usr/share/zoneinfo/UTC "$root/etc/localtime"
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    [ ! -s "$bundle" ] || { cp -L "$bundle" "$root/etc/ssl/certs/ca-certificates.crt" && break; }
done
[ -s "$root/etc/ssl/certs/ca-certificates.crt" ] || fail "no CA certificates here: install ca-certificates"

mkdir -p "$root/usr/share/doc/countersign"
cp "$here/../LICENSE" "$root/usr/share/doc/countersign/"
[ ! -f "$here/../NOTICE" ] || cp "$here/../NOTICE" "$root/usr/share/doc/countersign/"
for package in libc6 ca-certificates; do
    if [ -f "/usr/share/doc/$package/copyright" ]; then
        mkdir -p "$root/usr/share/doc/$package"
        cp -L "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
    fi
done

# Nothing is writable but /tmp, and two runs give the same bytes.
find "$root" -type d ! -path "$root/tmp" -exec chmod 755 {} +
find "$root" -type f -exec chmod 644 {} +
chmod 755 "$root/opt/java/bin/java"
find "$root" \( -name 'ld-linux*' -o -name '*.so' -o -name '*.so.*' \) -type f -exec chmod 755 {} +
find "$root" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-1767225600}" {} +

bytes=$(du -sb "$root" | cut -f1)
echo "$root: $((bytes / 1000000)) MB for $(uname -m), $(find "$root" -type f | wc -l) files"
