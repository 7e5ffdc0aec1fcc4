# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for hauntctl(8), by its own --help.

function __hauntctl_complete
    set -l all (commandline -opc)
    set -l current (commandline -ct)
    set -l hauntctl $all[1]
    set -l config
    set -l names
    set -l skip ''
    set -l help ($hauntctl --help 2>/dev/null)
    or return
    for word in $all[2..-1]
        switch "$skip/$word"
            case '/--socket' '/--to' '/--in' /-c '/--config'
                set skip $word
            case '/-*'
            case '/*'
                set -a names $word
            case '-c/*' '--config/*'
                set config -c $word
                set skip ''
            case '*'
                set skip ''
        end
    end
    switch "$skip"
        case --socket -c --config
            __fish_complete_path $current
            return
        case --in
            path basename /sys/class/net/* 2>/dev/null
            return
        case --to
            return
    end
    if string match -q -- '-*' $current
        printf '%s\n' $help | awk '/^  -/ && !seen[$1]++ {
            name = $1
            $1 = ""
            print name "\t" substr($0, 2)
        }'
        return
    end
    switch "$names"
        case ''
            printf '%s\n' $help | awk '/^  [a-z]/ && !seen[$1]++ { print $1 }'
        case client
            printf '%s\n' $help | awk '/^  client / { print $2 }'
        case revoke 'client remove'
            $hauntctl client list $config 2>/dev/null | string replace -r ':.*' ''
    end
end

complete -c hauntctl -f -a '(__hauntctl_complete)'
