# Builds the inside of a box and runs a program in it. Runs as the first process of new namespaces, with all
# rights there and none outside; the program itself gets none. When this ends, the system ends all that it started.
#
# Arguments: the folder to build upon, layer, task, runtime, client, program, empty, the interpreter's folder, its minor
# version, its program below that folder, user, seconds, size of /tmp, then the words for setpriv(1), which go on
# to the limits, the environment and the command.
set -eu
root=$1 layer=$2 task=$3 runtime=$4 client=$5 program=$6 empty=$7 prefix=$8 minor=$9
shift 9
python=$1 user=$2 seconds=$3 tmp_bytes=$4
shift 4
umask 022

# Shows a folder, not to be written to. Flags that the machine's owner locked cannot be taken away, so they are tried too.
show() {
    if ! mount -o bind,ro,nosuid,nodev "$1" "$root$2" 2>/dev/null; then
        umount "$root$2" 2>/dev/null || true
        mount -o bind,ro,nosuid,nodev,noatime "$1" "$root$2"
    fi
}

mount -t tmpfs -o mode=0755,nosuid,nodev,size=4m klayers "$root"
mkdir -p "$root/usr" "$root/etc" "$root/proc" "$root/dev" "$root/tmp" "$root/opt" \
    "$root/var/task" "$root/var/runtime" "$root/var/client" "$root/var/klayers" "$root/var/lang"

# The system's programs and libraries: what is in the layer may need more than Lambda has, which another check looks for.
show /usr /usr
for name in bin sbin lib lib64 lib32; do
    if [ -L "/$name" ]; then
        ln -s "$(readlink "/$name")" "$root/$name"
    elif [ -d "/$name" ]; then
        mkdir "$root/$name"
        show "/$name" "/$name"
    fi
done
for name in ld.so.cache ld.so.conf ld.so.conf.d alternatives ssl/certs ca-certificates pki/tls/certs pki/ca-trust mime.types os-release; do
    if [ -d "/etc/$name" ]; then
        mkdir -p "$root/etc/$name"
        show "/etc/$name" "/etc/$name"
    elif [ -f "/etc/$name" ]; then
        mkdir -p "$(dirname "$root/etc/$name")"
        cp "/etc/$name" "$root/etc/$name"
    fi
done
# As in Lambda, where that folder is not there either.
printf 'root:x:0:0:root:/root:/bin/sh\nsbx_user1051:x:%s:%s::/%s/sbx_user1051:/sbin/nologin\n' "$user" "$user" home >"$root/etc/passwd"
printf 'root:x:0:\nsbx_user1051:x:%s:\n' "$user" >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files\n' >"$root/etc/nsswitch.conf"
printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"

# No /dev/shm: Lambda has none either, and packages that want it fail there.
for name in null zero full random urandom; do
    : >"$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"

mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
mount -t tmpfs -o "mode=1777,nosuid,nodev,size=$tmp_bytes" klayers "$root/tmp"
show "$prefix" /var/lang
if [ -d "$root/var/lang/lib/python$minor/site-packages" ]; then
    show "$empty" "/var/lang/lib/python$minor/site-packages"
fi
show "$layer" /opt
show "$task" /var/task
show "$runtime" /var/runtime
show "$client" /var/client
show "$program" /var/klayers
mount -o remount,bind,ro,nosuid,nodev "$root"

# Lambda has a loopback; packages may look at it.
if command -v ip >/dev/null; then
    ip link set lo up
else
    LD_LIBRARY_PATH=/var/lang/lib chroot "$root" "/var/lang/$python" -I -S -c "import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh14x', b'lo', 0x41))"
fi
# When memory is short, this goes first.
echo 1000 >/proc/self/oom_score_adj 2>/dev/null || true
# A second end, should nobody be left to wait for the first. Not `exec`: this process must stay the first one, which
# the program cannot end.
timeout -s KILL "$seconds" chroot "$root" setpriv "$@"
exit $?
