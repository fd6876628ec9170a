# Prints what a process sees of its machine. Run it on the host as well, and compare.
title() { printf '%-12s%s\n' "$@"; }

title hostname "$(uname -n)"
title 'this is PID' "$$"
title 'PID 1' "$(tr '\0' ' ' </proc/1/cmdline)"
set -- /proc/[0-9]*
title processes "$#"
for name in uts pid mnt net ipc cgroup; do
  title "$name" "$(readlink /proc/self/ns/$name)"
done
title interfaces "$(echo $(sed -n 's/:.*//p' /proc/net/dev))"
title 'root is' "$(sed -n 's/^.* \/ \/ .* - \([^ ]*\) .*/\1/p' /proc/self/mountinfo | tail -n 1)"
title mounts "$(wc -l </proc/self/mountinfo)"
cut -d ' ' -f 5 /proc/self/mountinfo | sort | fmt -w 70 | sed 's/^/            /'
